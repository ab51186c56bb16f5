using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>Really trains groups of tasks from fresh weights, a run each, several at a time.</summary>
internal static class Probes
{
    /// <summary>
    /// Trains them. With <see cref="EarlyStopping.PerTask"/> a run goes on until no member has got better for the
    /// patience, so that it tells both the common stop and each member's own best epoch.
    /// </summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows to measure on.</param>
    /// <param name="design">The groups and their random numbers.</param>
    /// <param name="stop">What ends a run.</param>
    /// <param name="patience">Epochs without any progress that end a run; null = none do.</param>
    /// <param name="folds">Folds of the validation rows on which losses are kept, too; null = none.</param>
    /// <param name="options">How, with which seed and threads.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    public static ProbeRun[] Train(TaskTable table, RowSplit split, (int[] Members, int Draw)[] design,
        EarlyStopping stop, int? patience, ValidationFolds? folds, GradTagOptions options,
        CancellationToken cancellationToken) =>
        ParallelRuns.Map(design.Length, options.Threads, n =>
        {
            (int[] members, int draw) = design[n];
            FoldedCourse? folded = folds is null ? null : new FoldedCourse(folds, members);
            // In rows of hundreds of labels, those of a few tasks are as many cache misses at every step.
            TaskTable own = table.Select(members);
            int[] all = [.. Enumerable.Range(0, members.Length)];
            TrainingResult result = NetworkTrainer.Train(own, split, all, options.Training with
            {
                Seed = new RandomStream(options.Seed, "probe", draw).NextUInt64(),
                Threads = 1,
                EarlyStopping = stop,
                KeepBestWeights = false,
                Patience = patience,
                PatienceSteps = null,
                Progress = null,
                Checkpoint = null,
            }, folded?.Watch(own), cancellationToken);
            return ProbeRun.Of(result, members, draw, SubsetTruth.TrainingFlops(own, split, result, all)) with
            {
                Folds = folded,
                EndedTogether = stop != EarlyStopping.PerTask,
            };
        }, cancellationToken);
}
