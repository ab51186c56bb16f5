using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests.Evaluation;

/// <summary>Our metrics against those of ML.NET's own evaluators, on the same scored columns.</summary>
[TestClass]
public class AgainstMicrosoftTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Evaluate_Binary_AgreesWithTheBinaryEvaluator()
    {
        (IDataView scored, MultiTaskMetrics metrics) = Scored();
        CalibratedBinaryClassificationMetrics expected = _context.BinaryClassification.Evaluate(scored, "Big",
            "Score.Big", "Probability.Big", "PredictedLabel.Big");
        TaskMetrics actual = metrics.Tasks[0];

        Assert.AreEqual(expected.AreaUnderRocCurve, actual.AreaUnderRocCurve, 1e-9);
        Assert.AreEqual(expected.Accuracy, actual.Accuracy, 1e-9);
        Assert.AreEqual(expected.F1Score, actual.F1Score, 1e-9);
        Assert.AreEqual(expected.PositivePrecision, actual.PositivePrecision, 1e-9);
        Assert.AreEqual(expected.PositiveRecall, actual.PositiveRecall, 1e-9);
        Assert.AreEqual(expected.NegativePrecision, actual.NegativePrecision, 1e-9);
        Assert.AreEqual(expected.NegativeRecall, actual.NegativeRecall, 1e-9);
        Assert.AreEqual(expected.LogLoss, actual.LogLossBits, 1e-6);
        // ML.NET's first class is the positive one.
        Assert.AreEqual(expected.ConfusionMatrix.Counts[0][1], actual.ConfusionMatrix![1, 0]);
        Assert.AreEqual(expected.ConfusionMatrix.Counts[1][1], actual.ConfusionMatrix[0, 0]);
    }

    [TestMethod]
    public void Evaluate_Multiclass_AgreesWithTheMulticlassEvaluator()
    {
        (IDataView scored, MultiTaskMetrics metrics) = Scored();
        MulticlassClassificationMetrics expected = _context.MulticlassClassification.Evaluate(scored, "Grade",
            "Score.Grade", "PredictedLabel.Grade");
        TaskMetrics actual = metrics.Tasks[2];

        Assert.AreEqual(expected.MicroAccuracy, actual.MicroAccuracy, 1e-9);
        Assert.AreEqual(expected.MacroAccuracy, actual.MacroAccuracy, 1e-9);
        Assert.AreEqual(expected.LogLoss, actual.LogLoss, 1e-6);
        for (int c = 0; c < 3; c++)
        {
            Assert.AreEqual(expected.ConfusionMatrix.PerClassPrecision[c], actual.ConfusionMatrix!.PerClassPrecision[c],
                1e-9);
            Assert.AreEqual(expected.ConfusionMatrix.PerClassRecall[c], actual.ConfusionMatrix.PerClassRecall[c], 1e-9);
            for (int k = 0; k < 3; k++)
                Assert.AreEqual(expected.ConfusionMatrix.Counts[c][k], actual.ConfusionMatrix[c, k]);
        }
    }

    [TestMethod]
    public void Evaluate_Regression_AgreesWithTheRegressionEvaluator()
    {
        (IDataView scored, MultiTaskMetrics metrics) = Scored();
        RegressionMetrics expected = _context.Regression.Evaluate(scored, "Amount", "Score.Amount");
        TaskMetrics actual = metrics.Tasks[1];

        Assert.AreEqual(expected.RootMeanSquaredError, actual.RootMeanSquaredError, 1e-6);
        Assert.AreEqual(expected.MeanAbsoluteError, actual.MeanAbsoluteError, 1e-6);
        Assert.AreEqual(expected.RSquared, actual.RSquared, 1e-6);
    }

    private (IDataView, MultiTaskMetrics) Scored()
    {
        IDataView data = Sample.View(_context);
        SharedBottomTrainer.Options options = Sample.Options();
        options.Training = Sample.Training with { MaxEpochs = 3 };
        IDataView scored = _context.MultiTask().Trainers.SharedBottom(options).Fit(data).Transform(data);
        return (scored, _context.MultiTask().Evaluate(scored, Sample.Tasks));
    }
}
