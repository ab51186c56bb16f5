using System.Globalization;

namespace MLNet.MultiTask.Training;

/// <summary>Finds the one task, if there is one, without which another epoch would be clearly better for all
/// others.</summary>
internal static class DecidingTask
{
    // A share of the trivial predictor's loss that the others lose on average.
    private const double Much = 0.05;

    /// <summary>A sentence that names the task, or null.</summary>
    /// <param name="loss">What decides.</param>
    /// <param name="epochs">The epochs made.</param>
    /// <param name="best">The epoch taken, from 1.</param>
    /// <param name="tasks">The tasks.</param>
    public static string? Note(RelativeLoss loss, IReadOnlyList<TrainingProgress> epochs, int best,
        IReadOnlyList<TaskInfo> tasks)
    {
        if (tasks.Count < 2 || best == 0)
            return null;
        (int Task, int Epoch, double Lost)[] ranked = [.. Enumerable.Range(0, tasks.Count)
            .Select(t => Without(loss, epochs, best, t)).OrderByDescending(w => w.Lost)];
        if (!(ranked[0].Lost > Much) || ranked[1].Lost > ranked[0].Lost / 2)
            return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"Task '{tasks[ranked[0].Task].Name}' alone decided the epoch: {best} was taken, without it " +
            $"{ranked[0].Epoch} would be, which is better for the other tasks by {ranked[0].Lost:F3} of the trivial " +
            $"predictor's loss; look at its validation labels, or stop per task");
    }

    private static (int Task, int Epoch, double Lost) Without(RelativeLoss loss,
        IReadOnlyList<TrainingProgress> epochs, int best, int task)
    {
        double[] others = [.. epochs.Select(e => loss.Total(e.TaskValidationLosses, task))];
        int own = Enumerable.Range(0, others.Length).Where(e => !double.IsNaN(others[e])).DefaultIfEmpty(-1)
            .MinBy(e => e < 0 ? double.PositiveInfinity : others[e]);
        return own < 0 ? (task, best, 0) : (task, own + 1, others[best - 1] - others[own]);
    }
}
