using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests.Evaluation;

[TestClass]
public class EvaluateTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Evaluate_AllKinds_EqualsTheMetricsOfTheModelsScores()
    {
        List<SampleRow> rows = Sample.Rows();
        IDataView data = Sample.View(_context, rows);
        MultiTaskPredictionTransformer transformer = _context.MultiTask().Trainers.SharedBottom(Sample.Options())
            .Fit(data);
        var scores = new float[rows.Count * 6];
        transformer.Model.Score([.. rows.SelectMany(r => r.Features)], rows.Count, scores);
        float[] labels = [.. rows.SelectMany(r =>
            new[] { r.Big ? 1 : 0, r.Amount, Array.IndexOf(Sample.Grades, r.Grade), r.Maybe })];
        MultiTaskMetrics expected = MultiTaskMetrics.Evaluate(transformer.Model.Tasks, scores, labels);

        MultiTaskMetrics actual = _context.MultiTask().Evaluate(transformer.Transform(data), Sample.Tasks);

        Assert.AreEqual(expected.Macro.AreaUnderRocCurve, actual.Macro.AreaUnderRocCurve, 1e-9);
        Assert.AreEqual(expected.Tasks[1].RootMeanSquaredError, actual.Tasks[1].RootMeanSquaredError, 1e-4);
        Assert.AreEqual(expected.Tasks[2].LogLoss, actual.Tasks[2].LogLoss, 1e-5);
        Assert.AreEqual(rows.Count(r => float.IsNaN(r.Maybe)), actual.Tasks[3].MissingCount);
    }

    [TestMethod]
    public void Evaluate_VectorLabel_MeasuresEverySlot()
    {
        List<SampleRow> rows = Sample.Rows();
        IDataView data = Sample.View(_context, rows);
        TaskColumn[] tasks = [TaskColumn.Regression("Pair", exampleWeightColumnName: "Weight")];

        MultiTaskMetrics metrics = _context.MultiTask()
            .Evaluate(_context.MultiTask().Trainers.SharedBottom(Sample.Options(tasks)).Fit(data).Transform(data),
            tasks);

        CollectionAssert.AreEqual(new[] { "Pair.0", "Pair.1" }, metrics.Tasks.Select(t => t.Task.Name).ToArray());
        Assert.AreEqual(rows.Count(r => float.IsNaN(r.Pair[1])), metrics.Tasks[1].MissingCount);
        Assert.IsGreaterThan(0.5, metrics.Tasks[0].RSquared);
    }

    [TestMethod]
    public void Evaluate_LoadedByMicrosoftML_GivesTheSameMetrics()
    {
        IDataView data = Sample.View(_context);
        TaskColumn[] tasks = [TaskColumn.Regression("Pair"), TaskColumn.Multiclass("Grade"), TaskColumn.Binary("Big")];
        MultiTaskPredictionTransformer transformer = _context.MultiTask().Trainers.SharedBottom(Sample.Options(tasks))
            .Fit(data);
        var stream = new MemoryStream();
        _context.Model.Save(transformer, data.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = _context.Model.Load(stream, out _);

        MultiTaskMetrics expected = _context.MultiTask().Evaluate(transformer.Transform(data), tasks),
            actual = _context.MultiTask().Evaluate(loaded.Transform(data), tasks);

        Assert.AreEqual(expected.Macro.RootMeanSquaredError, actual.Macro.RootMeanSquaredError);
        Assert.AreEqual(expected.Macro.LogLoss, actual.Macro.LogLoss);
    }

    [TestMethod]
    public void Evaluate_BuiltInEvaluators_TakeTheColumns()
    {
        IDataView data = Sample.View(_context);
        IDataView scored = _context.MultiTask().Trainers.SharedBottom(Sample.Options()).Fit(data).Transform(data);
        DataViewSchema.Column probability = scored.Schema["Probability.Big"];

        Assert.AreEqual(NumberDataViewType.Single, probability.Type);
        Assert.AreEqual(NumberDataViewType.Single, scored.Schema["Score.Big"].Type);
        Assert.AreEqual(BooleanDataViewType.Instance, scored.Schema["PredictedLabel.Big"].Type);
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), scored.Schema["PredictedLabel.Grade"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), scored.Schema["Score.Grade"].Type);
    }

    [TestMethod]
    public void Evaluate_ColumnMissing_IsNamed()
    {
        IDataView data = Sample.View(_context);

        StringAssert.StartsWith(Refused(TaskColumn.Binary("Big")),
            "Could not find probability column 'Probability.Big'");
        StringAssert.StartsWith(Refused(TaskColumn.Regression("Amount")), "Could not find score column 'Score.Amount'");
        StringAssert.StartsWith(Refused(TaskColumn.Regression("Nothing")), "Could not find label column 'Nothing'");
        StringAssert.StartsWith(Refused(TaskColumn.Multiclass("Big")),
            "Schema mismatch for label column 'Big': expected a key, Text or a number, scalar or vector of known " +
            "size, got Boolean");

        string Refused(TaskColumn task) =>
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.MultiTask().Evaluate(data, [task]))
            .Message;
    }
}
