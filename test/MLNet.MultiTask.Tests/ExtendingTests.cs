using Microsoft.ML;
using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests;

/// <summary>What docs/extending.md shows works from outside of the library.</summary>
[TestClass]
public class ExtendingTests
{
    [TestMethod]
    public void Fit_AffinityOfTheUsersOwn_DecidesTheGroups()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Transforms.CopyColumns("big_x", "Big")
            .Append(mlContext.Transforms.CopyColumns("amount_y", "Amount"))
            .Append(mlContext.Transforms.CopyColumns("maybe_x", "Maybe"))
            .Fit(Sample.View(mlContext)).Transform(Sample.View(mlContext));
        TaskColumn[] tasks =
            [TaskColumn.Binary("big_x"), TaskColumn.Regression("amount_y"), TaskColumn.Binary("maybe_x")];

        var pipeline = mlContext.MultiTask().Affinity.Custom(new() { Tasks = tasks }, new SharedWords())
            .Append(mlContext.MultiTask().Grouping.SemidefiniteProgram())
            .Append(mlContext.MultiTask().Trainers.SharedBottom(tasks));

        Assert.AreEqual("0,2|1", pipeline.Fit(data).LastTransformer.Grouping.ToString());
    }

    [TestMethod]
    public void Extending_ClassOfTheGuide_IsTheOneTestedHere()
    {
        string guide = File.ReadAllText(Path.Combine(Repository.Root!, "docs", "extending.md"));
        string here = File.ReadAllText(Path.Combine(Repository.Root!, "test", "MLNet.MultiTask.Tests",
            "ExtendingTests.cs"));
        string snippet = guide.Split("```csharp")[1].Split("\nvar pipeline")[0];

        StringAssert.Contains(Squeeze(here), Squeeze(snippet));
    }

    private static string Squeeze(string code) => string.Join(' ', code.Split((char[]?)null,
        StringSplitOptions.RemoveEmptyEntries));

    private sealed class SharedWords : ITaskAffinityEstimator
    {
        public string Name => "Shared words";

        public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
        {
            string[] names = [.. table.Tasks.Select(t => t.Name)];
            var values = new double[names.Length * names.Length];
            for (int i = 0; i < names.Length; i++)
                for (int j = 0; j < names.Length; j++)
                    values[i * names.Length + j] = names[i].Split('_').Intersect(names[j].Split('_')).Count();
            return new TaskAffinity(names, values, Name);
        }
    }
}
