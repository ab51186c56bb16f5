using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class TaskAffinityEstimatorTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Fit_EstimatesOnlyWhenAskedAndOnce()
    {
        var method = new FixedAffinity();
        IDataView data = Sample.View(_context, Sample.Rows(20));
        TaskAffinityTransformer transformer = FixedAffinity.Transformer(_context, data, method);
        IDataView output = transformer.Transform(data);
        Assert.AreEqual(0, Sample.Column<float>(output, "Amount").Count(float.IsNaN));
        Assert.AreEqual(0, method.Calls);

        Sample.Vectors(output, "TaskAffinity");
        _ = transformer.Affinity;

        Assert.AreEqual(1, method.Calls);
    }

    [TestMethod]
    public void Transform_Column_HoldsTheAffinityInEveryRowWithNames()
    {
        IDataView data = Sample.View(_context, Sample.Rows(20));
        TaskAffinityTransformer transformer = FixedAffinity.Transformer(_context, data);

        IDataView output = transformer.Transform(data);
        float[][] rows = Sample.Vectors(output, "TaskAffinity");

        Assert.HasCount(20, rows);
        foreach (float[] row in rows)
            CollectionAssert.AreEqual(transformer.Affinity.Values.ToArray().Select(v => (float)v).ToArray(), row);
        VBuffer<ReadOnlyMemory<char>> names = default;
        output.Schema["TaskAffinity"].Annotations.GetValue("SlotNames", ref names);
        Assert.AreEqual("Amount<-Maybe", names.GetItemOrDefault(1 * 4 + 3).ToString());
        Assert.AreEqual("Vector<Single, 4, 4>", output.Schema["TaskAffinity"].Type.ToString());
    }

    [TestMethod]
    public void Affinity_Cancelled_Throws()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        IDataView data = Sample.View(_context, Sample.Rows(20));

        TaskAffinityTransformer transformer = _context.MultiTask().Affinity.Custom(
            new TaskAffinityEstimator.Options { Tasks = Sample.Tasks, CancellationToken = source.Token },
                new FixedAffinity()).Fit(data);

        Assert.ThrowsExactly<OperationCanceledException>(() => transformer.Affinity);
    }

    [TestMethod]
    public void Fit_NoHeldOutRow_SaysWhy()
    {
        IDataView data = Sample.View(_context, Sample.Rows(4));

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => FixedAffinity.Transformer(_context, data))
            .Message,
            "0.2 of 4 rows are none");
    }

    [TestMethod]
    public void GradTag_SameSeed_GivesTheSameAffinity()
    {
        double[] Of(int seed) => _context.MultiTask()
            .Affinity.GradTag(new TaskAffinityEstimator.Options { Tasks = Sample.Tasks, Seed = seed },
            new GradTagOptions { Training = Sample.Training with { MaxEpochs = 5 }, Bases = 1, Subsets = 5 })
                .Fit(Sample.View(_context)).Affinity.Values.ToArray();

        CollectionAssert.AreEqual(Of(1), Of(1));
        CollectionAssert.AreNotEqual(Of(1), Of(2));
    }

    [TestMethod]
    public void GradTag_BadOption_IsNamedAtOnce() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
        _context.MultiTask().Affinity.GradTag(new TaskAffinityEstimator.Options { Tasks = Sample.Tasks },
            new GradTagOptions { Lambda = -1 })).Message, "Lambda");
}
