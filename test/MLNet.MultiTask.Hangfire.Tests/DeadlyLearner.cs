using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Tests;

/// <summary>Ends the process where the last task is trained alone.</summary>
internal sealed class DeadlyLearner(IGroupLearner learner) : IGroupLearner
{
    public string Name => learner.Name;

    public string Settings => learner.Settings;

    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        if (tasks is [3])
            Environment.Exit(9);
        return learner.Fit(table, split, tasks, run);
    }
}
