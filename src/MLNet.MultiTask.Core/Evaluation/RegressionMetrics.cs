namespace MLNet.MultiTask.Evaluation;

/// <summary>Metrics of regression tasks, in the label's units.</summary>
internal static class RegressionMetrics
{
    public static TaskMetrics Measure(TaskMetrics task, ScoredCells cells, double referenceMean)
    {
        double[] y = cells.Labels, prediction = cells.Scores;
        double mean = cells.Mean(i => y[i]);
        double mse = cells.Mean(i => Square(y[i] - prediction[i]));
        double variance = cells.Mean(i => Square(y[i] - mean));
        double reference = cells.Mean(i => Square(y[i] - referenceMean));
        return task with
        {
            RootMeanSquaredError = Math.Sqrt(mse),
            MeanAbsoluteError = cells.Mean(i => Math.Abs(y[i] - prediction[i])),
            RSquared = variance > 0 ? 1 - mse / variance : double.NaN,
            RelativeRmse = reference > 0 ? Math.Sqrt(mse / reference) : double.NaN,
        };
    }

    private static double Square(double x) => x * x;
}
