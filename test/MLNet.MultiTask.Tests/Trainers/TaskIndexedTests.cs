using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.MultiTask.Tests.Trainers;

[TestClass]
public class TaskIndexedTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Fit_IndexedData_EqualsOneLabelColumnPerTask()
    {
        List<Row> rows = Rows();
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        TaskColumn[] columns = [TaskColumn.Regression("Y2", "2"), TaskColumn.Regression("Y10", "10"),
            TaskColumn.Regression("Y30", "30")];

        MultiTaskPredictionTransformer wide = _context.MultiTask().Trainers.SharedBottom(Sample.Options(columns))
            .Fit(data);
        MultiTaskPredictionTransformer indexed = Fit(data);

        CollectionAssert.AreEqual(new[] { "2", "10", "30" }, indexed.Model.Tasks.Select(t => t.Name).ToArray());
        CollectionAssert.AreEqual(wide.Model.Models[0].Network().Parameters,
            indexed.Model.Models[0].Network().Parameters);
        IDataView scoredWide = wide.Transform(data);
        float[][] perTask = [.. indexed.Model.Tasks.Select(t => Sample.Column<float>(scoredWide, $"Score.{t.Name}"))];
        float[] own = Sample.Column<float>(indexed.Transform(data), "Score");
        for (int i = 0; i < rows.Count; i++)
            Assert.AreEqual(perTask[rows[i].Task == 2 ? 0 : rows[i].Task == 10 ? 1 : 2][i], own[i]);
    }

    [TestMethod]
    public void Transform_IdInOtherTypes_IsFoundByValue()
    {
        List<Row> rows = Rows();
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        MultiTaskPredictionTransformer transformer = Fit(data);
        float[] expected = Sample.Column<float>(transformer.Transform(data), "Score");

        foreach (DataKind kind in (DataKind[])[DataKind.Int32, DataKind.Double, DataKind.UInt64, DataKind.String])
            Same(Convert(kind));
        Same(_context.Transforms.Conversion.MapValueToKey("Task"));
        rows.Reverse();
        expected = [.. expected.Reverse()];
        data = _context.Data.LoadFromEnumerable(rows);
        Same(_context.Transforms.Conversion.MapValueToKey("Task"));

        void Same(IEstimator<ITransformer> convert)
        {
            IDataView converted = convert.Fit(data).Transform(data);
            CollectionAssert.AreEqual(expected, Sample.Column<float>(transformer.Transform(converted), "Score"),
                $"{converted.Schema["Task"].Type}");
        }
    }

    [TestMethod]
    public void Transform_UnknownTask_IsMissingOrTheAverage()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows());
        List<Row> strange = Rows(5);
        strange.ForEach(r => r.Task = 77);
        IDataView unknown = _context.Data.LoadFromEnumerable(strange);
        MultiTaskPredictionTransformer average = Fit(data, UnknownTask.Average);
        var scores = new float[5 * 3];
        average.Model.Score([.. strange.SelectMany(r => r.Features)], 5, scores);

        Assert.IsTrue(Sample.Column<float>(Fit(data).Transform(unknown), "Score").All(float.IsNaN));
        float[] pooled = Sample.Column<float>(average.Transform(unknown), "Score");
        for (int i = 0; i < 5; i++)
            Assert.AreEqual(scores[(3 * i)..(3 * i + 3)].Average(), pooled[i], 1e-4f);
    }

    [TestMethod]
    public void Transform_BatchWithoutSomeTasks_ScoresTheOthersTheSame()
    {
        List<Row> rows = Rows();
        MultiTaskPredictionTransformer transformer = Fit(_context.Data.LoadFromEnumerable(rows));
        float[] all = Sample.Column<float>(transformer.Transform(_context.Data.LoadFromEnumerable(rows)), "Score");
        float[] some = Sample.Column<float>(
            transformer.Transform(_context.Data.LoadFromEnumerable(rows.Where(r => r.Task == 10))), "Score");

        CollectionAssert.AreEqual(all.Where((_, i) => rows[i].Task == 10).ToArray(), some);
    }

    [TestMethod]
    [DataRow(DataKind.Single)]
    [DataRow(DataKind.Int64)]
    [DataRow(DataKind.String)]
    public void ModelSave_IdOfThatType_ScoresTheSameAfterLoad(DataKind kind) =>
        SavedScoresTheSame(Convert(kind));

    [TestMethod]
    public void ModelSave_IdAsKey_ScoresTheSameAfterLoad() =>
        SavedScoresTheSame(_context.Transforms.Conversion.MapValueToKey("Task"));

    [TestMethod]
    public void Fit_RowWithoutId_NamesTheRow()
    {
        List<Row> rows = Rows();
        rows[6].Task = float.NaN;

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Fit(_context.Data.LoadFromEnumerable(rows)))
            .Message,
            "Row 6 has no task id in column 'Task'");
    }

    [TestMethod]
    public void Evaluate_IndexedData_LeavesUnknownTasksOut()
    {
        List<Row> rows = Rows();
        MultiTaskPredictionTransformer transformer = Fit(_context.Data.LoadFromEnumerable(rows));
        rows[0].Task = 77;

        MultiTaskMetrics metrics = _context.MultiTask()
            .Evaluate(transformer.Transform(_context.Data.LoadFromEnumerable(rows)), Tasks());

        CollectionAssert.AreEqual(new[] { "2", "10", "30", "77" }, metrics.Tasks.Select(t => t.Task.Name).ToArray());
        Assert.AreEqual(0, metrics.Tasks[3].ObservedCount);
        Assert.AreEqual(rows.Count - 1, metrics.Tasks.Sum(t => t.ObservedCount));
        Assert.IsTrue(double.IsFinite(metrics.Macro.RootMeanSquaredError));
    }

    // ML.NET converts Single to an integer by way of text only.
    private EstimatorChain<TypeConvertingTransformer> Convert(DataKind kind) =>
        _context.Transforms.Conversion.ConvertType("Task", outputKind: DataKind.String)
        .Append(_context.Transforms.Conversion.ConvertType("Task", outputKind: kind));

    private void SavedScoresTheSame(IEstimator<ITransformer> convert)
    {
        IDataView raw = _context.Data.LoadFromEnumerable(Rows()), data = convert.Fit(raw).Transform(raw);
        MultiTaskPredictionTransformer transformer = Fit(data);
        var stream = new MemoryStream();
        _context.Model.Save(transformer, data.Schema, stream);
        stream.Position = 0;

        ITransformer loaded = new MLContext().Model.Load(stream, out _);

        CollectionAssert.AreEqual(Sample.Column<float>(transformer.Transform(data), "Score"),
            Sample.Column<float>(loaded.Transform(data), "Score"));
    }

    private MultiTaskPredictionTransformer Fit(IDataView data, UnknownTask unknown = UnknownTask.Missing) =>
        _context.MultiTask().Trainers.SharedBottom(Sample.Options(Tasks(unknown))).Fit(data);

    private static TaskColumn[] Tasks(UnknownTask unknown = UnknownTask.Missing) =>
        [TaskColumn.Indexed(TaskKind.Regression, "Y", "Task", unknownTask: unknown)];

    private static List<Row> Rows(int count = 150)
    {
        var random = new RandomStream(4, "indexed");
        return [.. Sample.Rows(count).Select(r =>
        {
            float task = random.NextInt32(3) switch { 0 => 30, 1 => 2, _ => 10 }, y = r.Features[0] * task
                + r.Features[1];
            return new Row
            {
                Features = r.Features,
                Task = task,
                Y = y,
                Y2 = task == 2 ? y : float.NaN,
                Y10 = task == 10 ? y : float.NaN,
                Y30 = task == 30 ? y : float.NaN,
            };
        })];
    }

    private sealed class Row
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        public float Task { get; set; }

        public float Y { get; set; }

        public float Y2 { get; set; }

        public float Y10 { get; set; }

        public float Y30 { get; set; }
    }
}
