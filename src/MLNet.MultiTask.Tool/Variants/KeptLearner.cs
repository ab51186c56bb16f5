using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>A learner whose networks go on from checkpoints in a search as well, which itself keeps none.</summary>
internal sealed class KeptLearner(IGroupLearner learner, ICheckpointStore? checkpoints) : IGroupLearner
{
    /// <summary>A refusal of data or of a checkpoint, which no other grouping would mend; null while there is
    /// none.</summary>
    public Exception? Fault { get; private set; }

    public string Name => learner.Name;

    public string Settings => learner.Settings;

    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        try
        {
            // Folds differ in their seed; the numbers of many tasks would make a name too long for a file.
            return learner.Fit(table, split, tasks, run with
            {
                Checkpoints = checkpoints,
                CheckpointName = GroupedTrainer.CheckpointName(
                    $"trial-{run.Seed:x16}", table, new TaskGroup([.. tasks], [])),
            });
        }
        catch (Exception e) when (e is ArgumentException or InputException)
        {
            Fault = e;
            throw;
        }
    }
}
