using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests;

[TestClass]
public class PipelineTests
{
    [TestMethod]
    public void Fit_AffinityGroupingTrainer_WorksAsOnePipeline()
    {
        var context = new MLContext(seed: 1);
        IDataView data = Sample.View(context);
        var pipeline = context.Transforms.NormalizeMeanVariance("Features")
            .Append(context.MultiTask().Affinity.GradTag(
                new TaskAffinityEstimator.Options { Tasks = Sample.Tasks, Seed = 3 },
                new GradTagOptions { Training = Sample.Training with { Threads = null }, Bases = 1, Subsets = 10 }))
            .Append(context.MultiTask().Grouping.SemidefiniteProgram(groupCount: 2))
            .Append(context.MultiTask().Trainers.SharedBottom(Sample.Options()))
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel.Grade"));

        ITransformer model = pipeline.Fit(data);
        IDataView scored = model.Transform(data);

        foreach (string column in (string[])["TaskAffinity", "TaskGroup", "Score.Big", "Probability.Big",
            "PredictedLabel.Big", "Score.Amount", "Score.Grade", "PredictedLabel.Grade", "Score.Maybe"])
            Assert.IsNotNull(scored.Schema.GetColumnOrNull(column), column);
        Assert.IsTrue(Sample.Column<ReadOnlyMemory<char>>(scored, "PredictedLabel.Grade")
            .All(g => Sample.Grades.Contains(g.ToString())));
        MultiTaskMetrics metrics = context.MultiTask().Evaluate(scored, Sample.Tasks);
        Assert.IsGreaterThan(0.8, metrics.Tasks[0].AreaUnderRocCurve);
    }

    [TestMethod]
    public void Predict_ByEngine_EqualsTransform()
    {
        var context = new MLContext(seed: 1);
        List<SampleRow> rows = Sample.Rows();
        IDataView data = context.Data.LoadFromEnumerable(rows);
        TaskColumn[] tasks = [TaskColumn.Binary("Big"), TaskColumn.Regression("Amount")];
        ITransformer model = context.MultiTask().Trainers.SharedBottom(Sample.Options(tasks)).Fit(data);
        float[] scores = Sample.Column<float>(model.Transform(data), "Score.Amount");

        PredictionEngine<SampleRow, Prediction> engine =
            context.Model.CreatePredictionEngine<SampleRow, Prediction>(model);

        for (int i = 0; i < rows.Count; i++)
            Assert.AreEqual(scores[i], engine.Predict(rows[i]).Amount);
    }

    [TestMethod]
    public void ModelSave_ThenLoad_GivesTheSameScores()
    {
        var context = new MLContext(seed: 1);
        IDataView data = Sample.View(context);
        ITransformer model = context.Transforms.NormalizeMeanVariance("Features")
            .Append(context.MultiTask().Trainers.SharedBottom(Sample.Options())).Fit(data);
        var stream = new MemoryStream();

        context.Model.Save(model, data.Schema, stream);
        ITransformer loaded = new MLContext().Model.Load(new MemoryStream(stream.ToArray()), out _);

        IDataView expected = model.Transform(data), actual = loaded.Transform(data);
        foreach (string column in (string[])["Score.Big", "Probability.Big", "Score.Amount", "Score.Maybe"])
            CollectionAssert.AreEqual(Sample.Column<float>(expected, column), Sample.Column<float>(actual, column),
                column);
        CollectionAssert.AreEqual(Sample.Column<bool>(expected, "PredictedLabel.Big"),
            Sample.Column<bool>(actual, "PredictedLabel.Big"));
        CollectionAssert.AreEqual(Sample.Column<uint>(expected, "PredictedLabel.Grade"),
            Sample.Column<uint>(actual, "PredictedLabel.Grade"));
    }

    [TestMethod]
    public void Predict_LoadedModelOnManyThreads_EqualsSerial()
    {
        var context = new MLContext(seed: 1);
        List<SampleRow> rows = Sample.Rows(50);
        IDataView data = context.Data.LoadFromEnumerable(rows);
        MultiTaskPredictionTransformer model = context.MultiTask()
            .Trainers.SharedBottom(Sample.Options(TaskColumn.Regression("Amount"))).Fit(data);
        var stream = new MemoryStream();
        context.Model.Save(model, data.Schema, stream);
        ITransformer loaded = context.Model.Load(new MemoryStream(stream.ToArray()), out _);
        float[] expected = Sample.Column<float>(model.Transform(data), "Score.Amount");

        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            PredictionEngine<SampleRow, Prediction> engine =
                context.Model.CreatePredictionEngine<SampleRow, Prediction>(loaded);
            for (int i = 0; i < rows.Count; i++)
                Assert.AreEqual(expected[i], engine.Predict(rows[i]).Amount);
        });
    }

    private sealed class Prediction
    {
        [ColumnName("Score.Amount")]
        public float Amount { get; set; }
    }
}
