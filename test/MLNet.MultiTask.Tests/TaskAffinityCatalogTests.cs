using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests;

[TestClass]
public sealed class TaskAffinityCatalogTests
{
    private static readonly TrainingOptions s_short = new() { Hidden = [6], MaxEpochs = 3, BatchSize = 32 };
    private static readonly BoostedTreesOptions s_forest = new() { NumberOfTrees = 5, NumberOfLeaves = 4 };
    private static readonly TaskColumn[] s_tasks =
        [TaskColumn.Binary("Yes"), TaskColumn.Regression("Amount"), TaskColumn.Binary("Sometimes")];

    /// <summary>Every method of the catalog with options of its own.</summary>
    private static readonly Dictionary<string,
        Func<TaskAffinityCatalog, TaskAffinityEstimator.Options, TaskAffinityEstimator>> s_methods = new()
    {
        ["Grad-TAG"] = (c, o) => c.GradTag(o, new() { Training = s_short, Bases = 1 }),
        ["Grad-TAG (tabular network)"] = (c, o) => c.TabularGradTag(o, new()
        {
            Training = new() { Hidden = [6], Epochs = 3 }, Bases = 1,
        }),
        ["Gradient cosine (tabular network)"] = (c, o) => c.TabularGradientCosine(o, new()
        {
            Training = new() { Hidden = [6], Epochs = 3 },
        }),
        ["Gradient dot (tabular network)"] = (c, o) => c.TabularGradientDot(o, new()
        {
            Training = new() { Hidden = [6], Epochs = 3 },
        }),
        ["Label correlation"] = (c, o) => c.LabelCorrelation(o),
        ["Split gain"] = (c, o) => c.SplitGain(o, new() { Forest = s_forest }),
        ["Cross error"] = (c, o) => c.CrossError(o, new() { Forest = s_forest }),
        ["ETAP"] = (c, o) => c.Etap(o, new() { Training = s_short, Groups = 5 }),
        ["Divergence"] = (c, o) => c.Divergence(o, new() { Frequencies = 20 }),
        ["Landscape"] = (c, o) => c.Landscape(o, new() { Hidden = [5], Initializations = 1 }),
        ["Data maps"] = (c, o) => c.DataMaps(o, new() { Training = s_short }),
        ["Lasso task relevance"] = (c, o) => c.LassoTaskRelevance(o, new() { Training = s_short }),
        ["Gradient cosine"] = (c, o) => c.GradientCosine(o, new() { Training = s_short }),
        ["Gradient dot"] = (c, o) => c.GradientDot(o, new() { Training = s_short }),
        ["TAG look-ahead"] = (c, o) => c.TagLookahead(o, new() { Training = s_short }),
        ["Group updates"] = (c, o) => c.GroupUpdates(o, new() { Training = s_short }),
        ["DMTG"] = (c, o) => c.Dmtg(o, new() { Training = s_short, Steps = 20 }),
        ["Input attribution"] = (c, o) => c.InputAttribution(o, new() { Training = s_short }),
        ["Representation similarity"] = (c, o) => c.RepresentationSimilarity(o, new() { Training = s_short }),
        ["Label injection"] = (c, o) => c.LabelInjection(o, new() { Training = s_short }),
        ["Pairwise higher-order"] = (c, o) => c.PairwiseHigherOrder(o, new() { Training = s_short }),
        ["Higher-order"] = (c, o) => c.HigherOrder(o, new() { Training = s_short }),
        ["Ridge surrogate"] = (c, o) => c.RidgeSurrogate(o, new() { Training = s_short }),
        ["Kernel surrogate"] = (c, o) => c.KernelSurrogate(o, new() { Training = s_short }),
    };

    public static IEnumerable<object[]> Names => s_methods.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Fit_EveryMethod_AddsTheAffinityColumnOfItsSeed(string name)
    {
        var context = new MLContext(1);
        IDataView data = context.Data.LoadFromEnumerable(Rows(120));
        TaskAffinityTransformer Fit(int seed) =>
            s_methods[name](context.MultiTask().Affinity, new() { Tasks = s_tasks, Seed = seed }).Fit(data);
        TaskAffinityTransformer one = Fit(3);
        Assert.AreEqual(name, one.Affinity.Method);
        CollectionAssert.AreEqual(s_tasks.Select(t => t.Name).ToArray(), one.Affinity.TaskNames.ToArray());
        CollectionAssert.AreEqual(one.Affinity.Values.ToArray(), Fit(3).Affinity.Values.ToArray());
        CollectionAssert.AreNotEqual(one.Affinity.Values.ToArray(), Fit(4).Affinity.Values.ToArray());

        IDataView output = one.Transform(data);
        using DataViewRowCursor cursor = output.GetRowCursor([output.Schema["TaskAffinity"]]);
        Assert.IsTrue(cursor.MoveNext());
        VBuffer<float> column = default;
        cursor.GetGetter<VBuffer<float>>(output.Schema["TaskAffinity"])(ref column);
        CollectionAssert.AreEqual(one.Affinity.Values.ToArray().Select(v => (float)v).ToArray(),
            column.DenseValues().ToArray());
    }

    [TestMethod]
    public void Validate_GradTag_ComparesEstimatesWithRealTraining()
    {
        var context = new MLContext(1);
        IDataView data = context.Data.LoadFromEnumerable(Rows(120));
        MLNet.MultiTask.Evaluation.AffinityValidationResult result =
            context.MultiTask().Affinity.Validate(data, new() { Tasks = s_tasks, Seed = 3 },
                new GradTagAffinity(new() { Training = s_short, Bases = 1 }), new() { Runs = 1, FromScratch = false });
        Assert.AreEqual(7, result.Subsets.Count);
        Assert.AreEqual(s_tasks.Length, result.Affinity.Count);
        Assert.IsTrue(result.FineTuned.RelativeError is > 0 and < 1);
    }

    [TestMethod]
    public void GradTag_AdaptiveSampling_StopsWhenTheGroupingsSettle()
    {
        var context = new MLContext(1);
        IDataView data = context.Data.LoadFromEnumerable(Rows(120));
        TaskColumn[] tasks = [.. s_tasks, TaskColumn.Regression("Other"), TaskColumn.Binary("No")];
        var method =
            new GradTagOptions { Training = s_short, Bases = 1, SubsetSize = 2, Subsets = 0, PairCoverage = 1 };
        TaskAffinity affinity = context.MultiTask().Affinity.GradTag(new() { Tasks = tasks, Seed = 3 }, method,
            new() { StableRounds = 1 }).Fit(data).Affinity;
        Assert.AreEqual("Grad-TAG", affinity.Method);
        Assert.AreEqual((1, 0), (affinity.Diagnostics["rounds"], affinity.Diagnostics["settled"]),
            "all ten pairs are one round");
        Assert.AreEqual(10, affinity.Diagnostics["subsets"]);
    }

    [TestMethod]
    public void Catalog_EveryCoreMethod_HasItsTwoForms()
    {
        string[] Forms(Type first) =>
            [.. typeof(TaskAffinityCatalog).GetMethods(BindingFlags.Public | BindingFlags.Instance)
                .Where(m => m.ReturnType == typeof(TaskAffinityEstimator) && m.Name != "Custom"
                    && m.GetParameters()[0].ParameterType == first).Select(m => m.Name).Distinct().Order()];
        CollectionAssert.AreEqual(Forms(typeof(IEnumerable<TaskColumn>)), Forms(typeof(TaskAffinityEstimator.Options)));
        // Some names stand for one method with other options.
        int methods = AffinityMethods.All.Select(m => m.Create(new TrainingOptions()).GetType()).Distinct().Count();
        Assert.HasCount(methods, Forms(typeof(TaskAffinityEstimator.Options)));
        Assert.HasCount(methods, s_methods.Keys.ToArray());
    }

    [TestMethod]
    public void TagLookahead_BadOption_IsRefusedBeforeAnyData() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => new MLContext(1).MultiTask().Affinity.TagLookahead(
                new() { Tasks = s_tasks }, new() { StepSize = -1 })).Message, "StepSize must be positive and finite");

    private static List<Row> Rows(int count)
    {
        var random = new RandomStream(1, "rows");
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] x = [(float)random.NextNormal(), (float)random.NextNormal(), (float)random.NextNormal()];
            return new Row { Features = x, Yes = x[0] + x[1] > 0, Amount = 3 * x[1] - x[2], Other = x[2],
                No = x[0] < 0.2f, Sometimes = random.NextInt32(4) == 0 ? float.NaN : x[0] > 0 ? 1 : 0 };
        })];
    }

    private sealed class Row
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        public bool Yes { get; set; }

        public float Amount { get; set; }

        public float Other { get; set; }

        public bool No { get; set; }

        public float Sometimes { get; set; }
    }
}
