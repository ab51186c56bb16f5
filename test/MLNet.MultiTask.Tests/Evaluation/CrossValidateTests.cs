using Microsoft.ML;

namespace MLNet.MultiTask.Tests.Evaluation;

[TestClass]
public class CrossValidateTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void CrossValidate_ThreeFolds_MeasuresEveryRowOnceAndSaysMeanAndDeviation()
    {
        List<SampleRow> rows = Sample.Rows();
        CrossValidationResult result = _context.MultiTask().CrossValidate(Sample.View(_context, rows), Trainer(),
            Sample.Tasks, numberOfFolds: 3, seed: 1);

        Assert.HasCount(3, result.Folds);
        Assert.AreEqual(rows.Count, result.Folds.Sum(f => f.Metrics.Tasks[0].ObservedCount));
        double[] values = [.. result.Folds.Select(f => f.Metrics.Tasks[1].RootMeanSquaredError)];
        (double mean, double deviation, int folds) = result.Of(m => m.Tasks[1].RootMeanSquaredError);
        Assert.AreEqual(values.Average(), mean, 1e-12);
        Assert.AreEqual(Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / 2), deviation, 1e-12);
        Assert.AreEqual(3, folds);
        StringAssert.Contains(result.ToString(), "Amount  rmse");
    }

    [TestMethod]
    public void CrossValidate_SamplingKeyOfSingles_IsRefusedSinceItWouldBeCutBySize()
    {
        string message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.MultiTask().CrossValidate(
            Sample.View(_context), Trainer(), Sample.Tasks, samplingKeyColumnName: "Amount")).Message;

        StringAssert.StartsWith(message,
            "Schema mismatch for sampling key column 'Amount': expected Text, a key or an integer, got Single");
    }

    [TestMethod]
    public void CrossValidate_SamplingKey_KeepsItsRowsTogether()
    {
        List<SampleRow> rows = Sample.Rows();
        CrossValidationResult result = _context.MultiTask().CrossValidate(Sample.View(_context, rows), Trainer(),
            Sample.Tasks, numberOfFolds: 2, samplingKeyColumnName: "School", seed: 1);

        int[] sizes = [.. rows.GroupBy(r => r.School).Select(g => g.Count())];
        int first = result.Folds[0].Metrics.Tasks[0].ObservedCount;
        Assert.IsTrue(Enumerable.Range(0, 1 << sizes.Length)
            .Any(set => sizes.Where((_, i) => (set >> i & 1) == 1).Sum() == first),
            $"{first} of {string.Join(", ", sizes)}");
    }

    [TestMethod]
    public void CrossValidate_SamplingKeyOfTooFewValues_NamesTheFoldWithoutRows() => StringAssert.Matches(
        Assert.ThrowsExactly<InvalidOperationException>(() => _context.MultiTask().CrossValidate(
            Sample.View(_context), Trainer(), Sample.Tasks, numberOfFolds: 50,
            samplingKeyColumnName: "School")).Message,
        new System.Text.RegularExpressions.Regex("^Fold [0-9]+ of 50 has no rows to measure on; take fewer folds"));

    [TestMethod]
    public void PermutationFeatureImportance_FeatureBehindOneTask_MattersToThatTask()
    {
        IDataView data = Sample.View(_context);
        MultiTaskPredictionTransformer model = Trainer().Fit(data);

        FeatureImportance importance = _context.MultiTask().PermutationFeatureImportance(model, data, Sample.Tasks,
            permutationCount: 3);

        // Maybe is the sign of feature 0, the grade is cut from feature 2, the amount weighs 1 twice as much as 2.
        Assert.AreEqual("Features.0", importance.Ranked(3).First().Feature);
        Assert.AreEqual("Features.2", importance.Ranked(2).First().Feature);
        CollectionAssert.AreEqual(new[] { "Features.1", "Features.2", "Features.0" },
            importance.Ranked(1).Select(f => f.Feature).ToArray());
        CollectionAssert.AreEqual(importance.Means.ToArray(), _context.MultiTask()
            .PermutationFeatureImportance(model, data, Sample.Tasks, permutationCount: 3).Means.ToArray());
    }

    private SharedBottomTrainer Trainer() => _context.MultiTask().Trainers.SharedBottom(Sample.Options());
}
