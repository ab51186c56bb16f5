using System.Text.Json;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Tests.Linear;

/// <summary>Weights against scikit-learn's, stored by sklearn_linear.py.</summary>
[TestClass]
public sealed class SklearnLinearTests
{
    private static readonly JsonElement Fixture = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Linear", "sklearn_linear.json"))).RootElement;

    [TestMethod]
    public void Fit_RidgeAndMultiTaskLasso_AgreesWithScikitLearn()
    {
        int n = Fixture.GetProperty("rows").GetInt32(), d = Fixture.GetProperty("features").GetInt32();
        int k = Fixture.GetProperty("tasks").GetInt32();
        var table = new TaskTable(Floats("x"), d,
            [.. Enumerable.Range(0, k).Select(t => new TaskInfo($"t{t}", TaskKind.Regression))], Floats("y"));
        int checkedFits = 0;
        foreach (JsonElement fit in Fixture.GetProperty("fits").EnumerateArray())
        {
            var learner = new LinearLearner(new LinearOptions
            {
                Penalty = Enum.Parse<LinearPenalty>(fit.GetProperty("penalty").GetString()!),
                Strengths = [fit.GetProperty("strength").GetDouble()], Tolerance = 1e-8, MaximumIterations = 20_000,
            });
            var model = (LinearModel)learner.Fit(table, new RowSplit([.. Enumerable.Range(0, n)], []),
                [.. Enumerable.Range(0, k)], new LearnerRun()).Models[0].Model;
            double[] expected = [.. fit.GetProperty("weights").EnumerateArray().Select(w => w.GetDouble())];
            for (int f = 0; f < d; f++)
                for (int j = 0; j < k; j++)
                    Assert.AreEqual(expected[f * k + j], model.Weight(f, j), 2e-5);
            checkedFits++;
        }
        Assert.AreEqual(6, checkedFits);
    }

    private static float[] Floats(string name) =>
        [.. Fixture.GetProperty(name).EnumerateArray().Select(v => v.GetSingle())];
}
