using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Grouping;

[TestClass]
public class TaskGroupingEstimatorTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Fit_SolvesOnceAndNothingSolvesLater()
    {
        var solver = new Counting();
        IDataView data = FixedAffinity.Fit(_context, Sample.View(_context, Sample.Rows(20)));
        TaskGroupingTransformer transformer = _context.MultiTask().Grouping.Custom(new(), solver).Fit(data);
        IDataView output = transformer.Transform(data);
        Assert.AreEqual(1, solver.Calls);

        output.Preview();
        _context.Model.Save(transformer, data.Schema, Stream.Null);
        Sample.Column<VBuffer<uint>>(output, "TaskGroup");
        _ = transformer.Grouping;

        Assert.AreEqual(1, solver.Calls);
        CollectionAssert.AreEqual(new[] { "Big", "Amount", "Grade", "Maybe" }, solver.Names);
    }

    [TestMethod]
    public void Transform_Column_HoldsGroupsByNumberAndName()
    {
        IDataView data = FixedAffinity.Fit(_context, Sample.View(_context, Sample.Rows(20)));
        IDataView output = _context.MultiTask().Grouping.SemidefiniteProgram(2)
            .Append(_context.Transforms.Conversion.MapKeyToValue("Names", "TaskGroup"))
            .Fit(data).Transform(data);

        foreach (VBuffer<uint> keys in Sample.Column<VBuffer<uint>>(output, "TaskGroup"))
            CollectionAssert.AreEqual(new uint[] { 1, 1, 2, 2 }, keys.DenseValues().ToArray());
        VBuffer<ReadOnlyMemory<char>> names = Sample.Column<VBuffer<ReadOnlyMemory<char>>>(output, "Names")[0];
        CollectionAssert.AreEqual(new[] { "Big, Amount", "Big, Amount", "Grade, Maybe", "Grade, Maybe" },
            names.DenseValues().Select(n => n.ToString()).ToArray());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Fit_AffinitiesAllTheSame_SaysSo(bool same)
    {
        List<string> log = [];
        _context.Log += (_, e) => log.Add(e.RawMessage);
        IDataView data = Sample.View(_context, Sample.Rows(20));
        ITaskAffinityEstimator method = same ? new Same() : new FixedAffinity();
        IDataView affinity = _context.MultiTask()
            .Affinity.Custom(new TaskAffinityEstimator.Options { Tasks = Sample.Tasks }, method).Fit(data)
            .Transform(data);
        _context.MultiTask().Grouping.SemidefiniteProgram(2).Fit(affinity);
        Assert.AreEqual(same, log.Exists(line => line.Contains("every pair of tasks has the same affinity, 0, so")));
    }

    private sealed class Same : ITaskAffinityEstimator
    {
        public string Name => "Same";

        public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default) =>
            new([.. table.Tasks.Select(t => t.Name)], new double[table.Tasks.Count * table.Tasks.Count], Name);
    }

    [TestMethod]
    public void Fit_TrainerAfterACover_KeepsTheHelpers()
    {
        IDataView data = FixedAffinity.Fit(_context, Sample.View(_context));
        IDataView grouped = _context.MultiTask().Grouping.Custom(new(), new Counting()).Fit(data).Transform(data);

        Assert.AreEqual("0,1,(3)|2,3",
            _context.MultiTask().Trainers.SharedBottom(Sample.Options()).Fit(grouped).Grouping.ToString());
    }

    [TestMethod]
    public void Fit_TaskNamesWithArrows_AreReadFromTheDiagonal()
    {
        var solver = new Counting();
        TaskColumn[] tasks = [TaskColumn.Binary("Big", "a<-b"), TaskColumn.Regression("Amount", "<-"),
            TaskColumn.Binary("Maybe", "b<-a<-c"), TaskColumn.Multiclass("Grade", "d")];
        IDataView data = Sample.View(_context, Sample.Rows(20));
        IDataView affinity = _context.MultiTask()
            .Affinity.Custom(new TaskAffinityEstimator.Options { Tasks = tasks }, new FixedAffinity()).Fit(data)
            .Transform(data);

        _ = _context.MultiTask().Grouping.Custom(new(), solver).Fit(affinity).Grouping;

        CollectionAssert.AreEqual(new[] { "a<-b", "<-", "b<-a<-c", "d" }, solver.Names);
    }

    [TestMethod]
    public void Fit_VectorThatIsNoAffinity_SaysWhatIsExpected() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
        _context.MultiTask().Grouping.SemidefiniteProgram(affinityColumnName: "Features").Fit(Sample.View(_context)))
            .Message,
        "Schema mismatch for affinity column 'Features': expected a square Vector<Single, T, T> with slot names, got " +
        "Vector<Single, 3>");

    private sealed class Counting : ITaskGroupingSolver
    {
        public int Calls { get; private set; }

        public string[] Names { get; private set; } = [];

        public string Name => "Counting";

        public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
        {
            Calls++;
            Names = [.. affinity.TaskNames];
            return new GroupingResult { Grouping = TaskGrouping.Parse("0,1,(3)|2,3"), Objective = 1,
                StopReason = "fixed", Solver = Name };
        }
    }
}
