using System.Numerics.Tensors;

namespace MLNet.MultiTask.Evaluation;

/// <summary>Metrics of binary and multi-class tasks.</summary>
internal static class ClassificationMetrics
{
    private const double LogLossFloor = 1e-6;

    public static TaskMetrics Binary(TaskMetrics task, ScoredCells cells)
    {
        bool[] positive = [.. cells.Labels.Select(y => y > 0.5)];
        double[] p = cells.Scores;
        double hits = 0, flagged = 0, positives = 0;
        for (int i = 0; i < cells.Count; i++)
        {
            bool predicted = p[i] >= 0.5;
            hits += predicted && positive[i] ? cells.Weights[i] : 0;
            flagged += predicted ? cells.Weights[i] : 0;
            positives += positive[i] ? cells.Weights[i] : 0;
        }
        return task with
        {
            Auc = RankingMetrics.Auc(positive, p, cells.Weights),
            AreaUnderPrecisionRecall = RankingMetrics.AveragePrecision(positive, p, cells.Weights),
            Accuracy = cells.Mean(i => p[i] >= 0.5 == positive[i] ? 1 : 0),
            F1 = F1(hits, flagged, positives),
            LogLoss = cells.Mean(i => Surprise(positive[i] ? p[i] : 1 - p[i])),
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
        return task with
        {
            Accuracy = cells.Mean(i => predicted[i] == (int)cells.Labels[i] ? 1 : 0),
            F1 = MacroF1(cells, predicted),
            LogLoss = cells.Mean(i => Surprise(cells.Scores[i * classes + (int)cells.Labels[i]])),
            AucRest = double.IsNaN(frequencies[top]) ? double.NaN : RankingMetrics.Auc(isOther, other, cells.Weights),
        };
    }

    private static double MacroF1(ScoredCells cells, int[] predicted)
    {
        int classes = cells.Task.OutputCount;
        double[] hits = new double[classes], flagged = new double[classes], observed = new double[classes];
        for (int i = 0; i < cells.Count; i++)
        {
            int label = (int)cells.Labels[i];
            observed[label] += cells.Weights[i];
            flagged[predicted[i]] += cells.Weights[i];
            hits[label] += predicted[i] == label ? cells.Weights[i] : 0;
        }
        return Enumerable.Range(0, classes)
            .Select(c => F1(hits[c], flagged[c], observed[c]))
            .Where(f => !double.IsNaN(f)).Average();
    }

    /// <summary>2·TP / (flagged + positives); NaN when a class is neither predicted nor observed.</summary>
    private static double F1(double hits, double flagged, double positives) =>
        flagged + positives > 0 ? 2 * hits / (flagged + positives) : double.NaN;

    private static double Surprise(double probability) => -Math.Log(Math.Max(probability, LogLossFloor));
}
