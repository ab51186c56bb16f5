using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Persistence;

/// <summary>A model of ML.NET's trainers goes wherever one of ours goes.</summary>
[TestClass]
public sealed class PerTaskFileTests
{
    private static readonly string[] s_columns = ["Score.Big", "Probability.Big", "PredictedLabel.Big", "Score.Amount",
        "Score.Grade", "PredictedLabel.Grade", "Score.Maybe", "Probability.Maybe"];
    private readonly MLContext _context = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("per-task").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Load_OurFile_GivesTheSameValuesWhereItIsTrusted()
    {
        IDataView data = Sample.View(_context);
        MultiTaskPredictionTransformer model = Fit(data);
        string file = Path.Combine(_folder, "model.mtsk");
        _context.MultiTask().Save(model, data.Schema, file);

        StringAssert.Contains(Assert.ThrowsExactly<ModelFormatException>(() =>
            _context.MultiTask().Load(file, out _)).Message, "TrustMicrosoftMLStages");
        ITransformer loaded = new MLContext().MultiTask().Load(file, out _, new() { TrustMicrosoftMLStages = true });
        CollectionAssert.AreEqual(EstimatorContract.Texts(model.Transform(data), s_columns),
            EstimatorContract.Texts(loaded.Transform(data), s_columns));
    }

    [TestMethod]
    public void Load_OurFileDamaged_IsRefused()
    {
        IDataView data = Sample.View(_context);
        string file = Path.Combine(_folder, "model.mtsk");
        _context.MultiTask().Save(Fit(data), data.Schema, file);
        byte[] bytes = File.ReadAllBytes(file);
        for (int at = 0; at < bytes.Length; at += 997)
        {
            byte[] flipped = [.. bytes];
            flipped[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(file, flipped);
            Assert.ThrowsExactly<ModelFormatException>(() =>
                _context.MultiTask().Load(file, out _, new() { TrustMicrosoftMLStages = true }), $"byte {at}");
        }
    }

    [TestMethod]
    public void Load_MicrosoftMLsFile_GivesTheSameValues()
    {
        IDataView data = Sample.View(_context);
        MultiTaskPredictionTransformer model = Fit(data);
        string file = Path.Combine(_folder, "model.zip");
        _context.Model.Save(model, data.Schema, file);

        ITransformer loaded = new MLContext().Model.Load(file, out _);
        CollectionAssert.AreEqual(EstimatorContract.Texts(model.Transform(data), s_columns),
            EstimatorContract.Texts(loaded.Transform(data), s_columns));
    }

    [TestMethod]
    public void Evaluate_AndPredictionEngine_TreatItAsAnyOther()
    {
        IDataView data = Sample.View(_context);
        MultiTaskPredictionTransformer model = Fit(data);
        IDataView scored = model.Transform(data);
        MultiTaskMetrics metrics = _context.MultiTask().Evaluate(scored, Sample.Tasks);
        Assert.IsGreaterThan(0.95, metrics.Tasks[0].AreaUnderRocCurve);

        using PredictionEngine<SampleRow, Prediction> engine =
            _context.Model.CreatePredictionEngine<SampleRow, Prediction>(model, inputSchemaDefinition:
                SchemaDefinition.Create(typeof(SampleRow)));
        List<SampleRow> rows = Sample.Rows();
        float[] amounts = Sample.Column<float>(scored, "Score.Amount");
        for (int i = 0; i < 20; i++)
            Assert.AreEqual(amounts[i], engine.Predict(rows[i]).Amount);
    }

    private MultiTaskPredictionTransformer Fit(IDataView data) =>
        _context.MultiTask().Trainers.PerTask(Sample.Tasks, name => name switch
        {
            "Amount" => _context.Regression.Trainers.LightGbm(numberOfIterations: 5, minimumExampleCountPerLeaf: 5),
            "Grade" => _context.Transforms.NormalizeMinMax("Features")
                .Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
                .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel")),
            _ => _context.BinaryClassification.Trainers.FastTree(numberOfTrees: 5),
        }).Fit(data);

    private sealed class Prediction
    {
        [ColumnName("Score.Amount")]
        public float Amount { get; set; }
    }
}
