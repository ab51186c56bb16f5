using Microsoft.ML;

namespace MLNet.MultiTask.Tests.Evaluation;

[TestClass]
public class CalibrateTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    [DataRow(CalibrationMethod.Platt)]
    [DataRow(CalibrationMethod.Isotonic)]
    public void Calibrate_OverconfidentModel_PromisesLessAndKeepsTheOrder(CalibrationMethod method)
    {
        (MultiTaskPredictionTransformer model, IDataView other) = Noisy();
        MultiTaskPredictionTransformer calibrated = _context.MultiTask().Calibrate(model, other, Sample.Tasks,
            new CalibrationOptions { Method = method });

        TaskMetrics before = Metrics(model, other), after = Metrics(calibrated, other);

        Assert.IsTrue(after.LogLoss < before.LogLoss, $"{before.LogLoss} became {after.LogLoss}");
        Assert.IsTrue(after.ReliabilityCurve!.ExpectedCalibrationError
            < before.ReliabilityCurve!.ExpectedCalibrationError);
        Assert.AreEqual(before.AreaUnderRocCurve, after.AreaUnderRocCurve,
            method == CalibrationMethod.Platt ? 1e-3 : 0.05);
    }

    [TestMethod]
    [DataRow(CalibrationMethod.None)]
    [DataRow(CalibrationMethod.Platt)]
    [DataRow(CalibrationMethod.Isotonic)]
    public void Calibrate_WithThresholds_PredictsByThemAndComesBackFromAFile(CalibrationMethod method)
    {
        (MultiTaskPredictionTransformer model, IDataView other) = Noisy();
        MultiTaskPredictionTransformer tuned = _context.MultiTask().Calibrate(model, other, Sample.Tasks,
            new CalibrationOptions { Method = method, ThresholdObjective = ThresholdObjective.F1Score });

        Assert.IsTrue(Metrics(tuned, other).F1Score >= Metrics(model, other).F1Score);
        float[] scores = Sample.Column<float>(tuned.Transform(other), "Score.Maybe");
        CollectionAssert.AreEqual(scores.Select(s => s > 0).ToArray(),
            Sample.Column<bool>(tuned.Transform(other), "PredictedLabel.Maybe"));

        string file = Path.GetTempFileName();
        try
        {
            _context.MultiTask().Save(tuned, other.Schema, file);
            ITransformer loaded = _context.MultiTask().Load(file, out _);
            foreach (string column in new[] { "Score.Maybe", "Probability.Maybe", "Score.Amount" })
                CollectionAssert.AreEqual(Sample.Column<float>(tuned.Transform(other), column),
                    Sample.Column<float>(loaded.Transform(other), column));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestMethod]
    public void Calibrate_OtherTasks_SaysWhichTheModelHas()
    {
        (MultiTaskPredictionTransformer model, IDataView other) = Noisy();

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().Calibrate(model, other, [TaskColumn.Binary("Big")])).Message,
            "The data has the tasks Big (Binary); the model has Big (Binary), Amount (Regression)");
    }

    private TaskMetrics Metrics(ITransformer model, IDataView data) =>
        _context.MultiTask().Evaluate(model.Transform(data), Sample.Tasks).Tasks[3];

    /// <summary>A model trained for long on few rows whose labels are partly chance, and other rows.</summary>
    private (MultiTaskPredictionTransformer Model, IDataView Other) Noisy()
    {
        SharedBottomTrainer.Options options = Sample.Options();
        options.Training = Sample.Training with { MaxEpochs = 200, Patience = null, KeepBestWeights = false };
        return (_context.MultiTask().Trainers.SharedBottom(options).Fit(Sample.View(_context, Flipped(80, 3))),
            Sample.View(_context, Flipped(400, 4)));
    }

    private static List<SampleRow> Flipped(int count, ulong seed)
    {
        List<SampleRow> rows = Sample.Rows(count, seed);
        var random = new RandomStream(seed, "flip");
        foreach (SampleRow row in rows)
            if (random.NextInt32(4) == 0)
                row.Maybe = 1 - row.Maybe;
        return rows;
    }
}
