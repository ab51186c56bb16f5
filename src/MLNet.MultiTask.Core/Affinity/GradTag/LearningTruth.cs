using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Real training of subsets from fresh weights, judged by the whole course of learning: a value is a member's mean
/// validation loss over the first epochs, as many as the median run takes to its best. How soon a task is learnt shows
/// who shares with it; the best loss alone, reached when partners and strangers alike have been learnt, hardly does.
/// </summary>
internal static class LearningTruth
{
    /// <summary>Trains every subset in every run; within a run all subsets meet the same random numbers.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows to measure on.</param>
    /// <param name="subsets">The subsets trained.</param>
    /// <param name="options">How, how often, with which seed and threads.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    public static (double[][][] Runs, int Horizon, double Flops) Measure(TaskTable table, RowSplit split,
        int[][] subsets, GradTagOptions options, CancellationToken cancellationToken)
    {
        (double[][] Course, int Best, double Flops)[] all =
            ParallelRuns.Map(options.StageRuns * subsets.Length, options.Threads, i =>
            {
                int[] subset = subsets[i % subsets.Length];
                TrainingResult result = NetworkTrainer.Train(table, split, subset, options.Training with
                {
                    Seed = new RandomStream(options.Seed, "learning", i / subsets.Length).NextUInt64(),
                    Threads = 1,
                    Progress = null,
                    Checkpoint = null,
                }, cancellationToken);
                return (result.Epochs.Select(e => e.TaskValidationLosses.ToArray()).ToArray(), result.BestEpoch,
                    SubsetTruth.TrainingFlops(table, split, result, subset));
            }, cancellationToken);
        int horizon = all.Select(run => run.Best).Order().ElementAt(all.Length / 2);
        double[][] means = [.. all.Select(run => Mean(run.Course, horizon))];
        return ([.. means.Chunk(subsets.Length)], horizon, all.Sum(run => run.Flops));
    }

    /// <summary>Per member the mean over the first epochs; a run that has ended keeps its last losses.</summary>
    internal static double[] Mean(double[][] course, int horizon)
    {
        var mean = new double[course[0].Length];
        for (int epoch = 0; epoch < horizon; epoch++)
            for (int k = 0; k < mean.Length; k++)
                mean[k] += course[Math.Min(epoch, course.Length - 1)][k] / horizon;
        return mean;
    }
}
