using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class TaskAffinityEstimatorTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Fit_EstimatesOnceAndNothingEstimatesLater()
    {
        var method = new FixedAffinity();
        IDataView data = Sample.View(_context, Sample.Rows(20));
        TaskAffinityTransformer transformer = FixedAffinity.Transformer(_context, data, method);
        Assert.AreEqual(1, method.Calls);

        transformer.Transform(data).Preview();
        Sample.Vectors(transformer.Transform(data), "TaskAffinity");
        _context.Model.Save(transformer, data.Schema, Stream.Null);
        _ = transformer.Affinity;

        Assert.AreEqual(1, method.Calls);
    }

    [TestMethod]
    public void Fit_Ended_HoldsNoTrainingTable()
    {
        var method = new TableWatcher();
        TaskAffinityTransformer transformer = _context.MultiTask().Affinity.Custom(
            new TaskAffinityEstimator.Options { Tasks = Sample.Tasks }, method).Fit(Sample.View(_context));

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.IsFalse(method.Table!.TryGetTarget(out _), "the training table is still reachable");
        Assert.IsNull(transformer.Affinity.PredictGroup);
        GC.KeepAlive(transformer);
    }

    [TestMethod]
    public void Fit_RareTask_IsSetAsideOrRefused()
    {
        List<SampleRow> rows = Sample.Rows(60);
        rows.ForEach(r => r.Maybe = float.NaN);
        var options = new TaskAffinityEstimator.Options { Tasks = Sample.Tasks, Seed = 1 };
        TaskAffinity affinity = _context.MultiTask().Affinity.LabelCorrelation(options)
            .Fit(Sample.View(_context, rows)).Affinity;
        Assert.AreEqual(4, affinity.Count);
        Assert.AreEqual(0, affinity[3, 0]);
        Assert.AreNotEqual(0, affinity[0, 1]);

        options.Unlearnable = UnlearnableTasks.Refuse;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _context.MultiTask().Affinity
            .LabelCorrelation(options).Fit(Sample.View(_context, rows))).Message, "'Maybe'");
    }

    [TestMethod]
    public void Fit_SamplingKey_KeepsRowsOfOneKeyOnOneSide()
    {
        var method = new SplitWatcher();
        List<SampleRow> rows = Sample.Rows(80);
        _context.MultiTask().Affinity.Custom(new TaskAffinityEstimator.Options
        {
            Tasks = Sample.Tasks,
            SamplingKeyColumnName = "School",
            ValidationFraction = 0.5,
        }, method).Fit(Sample.View(_context, rows));

        Assert.AreNotEqual(0, method.Split!.Validation.Length);
        Assert.IsFalse(method.Split.Train.Select(r => rows[r].School).Intersect(
            method.Split.Validation.Select(r => rows[r].School)).Any());
    }

    [TestMethod]
    public void Fit_OrderedByTime_MeasuresOnTheLastRows()
    {
        var method = new SplitWatcher();
        _context.MultiTask().Affinity.Custom(new TaskAffinityEstimator.Options
        {
            Tasks = Sample.Tasks, IsOrderedByTime = true,
        }, method).Fit(Sample.View(_context, Sample.Rows(100)));

        CollectionAssert.AreEqual(Enumerable.Range(80, 20).ToArray(), method.Split!.Validation.Order().ToArray());
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
    public void Fit_Cancelled_ThrowsAndCanBeFittedAgain()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        IDataView data = Sample.View(_context, Sample.Rows(20));
        var method = new FixedAffinity();
        var options = new TaskAffinityEstimator.Options { Tasks = Sample.Tasks, CancellationToken = source.Token };
        TaskAffinityEstimator estimator = _context.MultiTask().Affinity.Custom(options, method);

        var thrown = Assert.ThrowsExactly<OperationCanceledException>(() => estimator.Fit(data));
        Assert.AreEqual(source.Token, thrown.CancellationToken);
        Assert.AreEqual(0, method.Calls);

        options.CancellationToken = default;
        Assert.AreEqual(4, estimator.Fit(data).Affinity.Count);
        Assert.AreEqual(1, method.Calls);
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
            new GradTagOptions { Training = Sample.Training with { Threads = null, MaxEpochs = 5 }, Bases = 1,
                Subsets = 5 })
                .Fit(Sample.View(_context)).Affinity.Values.ToArray();

        CollectionAssert.AreEqual(Of(1), Of(1));
        CollectionAssert.AreNotEqual(Of(1), Of(2));
    }

    [TestMethod]
    public void GradTag_BadOption_IsNamedAtOnce() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
        _context.MultiTask().Affinity.GradTag(new TaskAffinityEstimator.Options { Tasks = Sample.Tasks },
            new GradTagOptions { Lambda = -1 })).Message, "Lambda");

    // Grad-TAG predicts groups from its table and networks: what holds on to a table must let it go.
    private sealed class TableWatcher : ITaskAffinityEstimator
    {
        public WeakReference<TaskTable>? Table { get; private set; }

        public string Name => "Watched";

        public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
        {
            Table = new WeakReference<TaskTable>(table);
            TrainingOptions training = Sample.Training with { MaxEpochs = 2, Threads = null };
            var options = new GradTagOptions { Training = training, Bases = 1, Subsets = 3 };
            TaskAffinity affinity = new GradTagAffinity(options).Estimate(table, split, cancellationToken);
            Assert.IsNotNull(affinity.PredictGroup);
            return affinity;
        }
    }

    /// <summary>Keeps the rows that it is given.</summary>
    private sealed class SplitWatcher : ITaskAffinityEstimator
    {
        public RowSplit? Split { get; private set; }

        public string Name => "Split";

        public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
        {
            Split = split;
            return new([.. table.Tasks.Select(t => t.Name)], new double[table.Tasks.Count * table.Tasks.Count], Name);
        }
    }
}
