using System.Numerics.Tensors;

namespace MLNet.MultiTask.Evaluation;

/// <summary>Metrics of binary and multi-class tasks.</summary>
internal static class ClassificationMetrics
{
    private const double LogLossFloor = 1e-6;
    private const int ReliabilityBins = 10;

    public static TaskMetrics Binary(TaskMetrics task, ScoredCells cells)
    {
        bool[] positive = [.. cells.Labels.Select(y => y > 0.5)];
        double[] p = cells.Scores;
        int[] predicted = [.. Enumerable.Range(0, cells.Count)
            .Select(i => cells.Decisions.Length > 0 ? (int)cells.Decisions[i] : p[i] >= 0.5 ? 1 : 0)];
        ConfusionMatrix confusion = Confusion(cells, predicted, ["false", "true"]);
        double logLoss = cells.Mean(i => Surprise(positive[i] ? p[i] : 1 - p[i]));
        return task with
        {
            AreaUnderRocCurve = RankingMetrics.Auc(positive, p, cells.Weights),
            AreaUnderPrecisionRecallCurve = RankingMetrics.AveragePrecision(positive, p, cells.Weights),
            Accuracy = cells.Mean(i => predicted[i] == 1 == positive[i] ? 1 : 0),
            F1Score = F1(confusion[1, 1], confusion[0, 1] + confusion[1, 1], confusion[1, 0] + confusion[1, 1]),
            PositivePrecision = confusion.PerClassPrecision[1],
            PositiveRecall = confusion.PerClassRecall[1],
            NegativePrecision = confusion.PerClassPrecision[0],
            NegativeRecall = confusion.PerClassRecall[0],
            LogLoss = logLoss,
            LogLossBits = logLoss / Math.Log(2),
            ConfusionMatrix = confusion,
            ReliabilityCurve = ReliabilityCurve.Of(p, positive, cells.Weights, ReliabilityBins),
        };
    }

    /// <param name="task">Carries the counts.</param>
    /// <param name="cells">The observed cells.</param>
    /// <param name="frequencies">
    /// K class frequencies of the reference; its top class is the one of <see cref="MetricValues.AucRest"/>.
    /// </param>
    public static TaskMetrics Multiclass(TaskMetrics task, ScoredCells cells, ReadOnlySpan<double> frequencies)
    {
        int classes = cells.Task.OutputCount, top = TensorPrimitives.IndexOfMax(frequencies);
        int[] predicted = [.. Enumerable.Range(0, cells.Count)
            .Select(i => TensorPrimitives.IndexOfMax<double>(cells.Scores.AsSpan(i * classes, classes)))];
        bool[] isOther = [.. cells.Labels.Select(y => (int)y != top)];
        double[] other = [.. Enumerable.Range(0, cells.Count).Select(i => 1 - cells.Scores[i * classes + top])];
        ConfusionMatrix confusion = Confusion(cells, predicted, cells.Task.ClassNames);
        double accuracy = cells.Mean(i => predicted[i] == (int)cells.Labels[i] ? 1 : 0);
        return task with
        {
            Accuracy = accuracy,
            MicroAccuracy = accuracy,
            MacroAccuracy = confusion.PerClassRecall.Where(r => !double.IsNaN(r)).Average(),
            F1Score = MacroF1(confusion),
            ConfusionMatrix = confusion,
            LogLoss = cells.Mean(i => Surprise(cells.Scores[i * classes + (int)cells.Labels[i]])),
            AucRest = double.IsNaN(frequencies[top]) ? double.NaN : RankingMetrics.Auc(isOther, other, cells.Weights),
        };
    }

    private static ConfusionMatrix Confusion(ScoredCells cells, int[] predicted, IReadOnlyList<string> names)
    {
        var counts = new double[names.Count * names.Count];
        for (int i = 0; i < cells.Count; i++)
            counts[(int)cells.Labels[i] * names.Count + predicted[i]] += cells.Weights[i];
        return new ConfusionMatrix(names, counts);
    }

    private static double MacroF1(ConfusionMatrix confusion)
    {
        int[] classes = [.. Enumerable.Range(0, confusion.NumberOfClasses)];
        return classes.Select(c =>
                F1(confusion[c, c], classes.Sum(o => confusion[o, c]), classes.Sum(p => confusion[c, p])))
            .Where(f => !double.IsNaN(f)).Average();
    }

    /// <summary>2·TP / (flagged + positives); NaN when a class is neither predicted nor observed.</summary>
    private static double F1(double hits, double flagged, double positives) =>
        flagged + positives > 0 ? 2 * hits / (flagged + positives) : double.NaN;

    private static double Surprise(double probability) => -Math.Log(Math.Max(probability, LogLossFloor));
}
