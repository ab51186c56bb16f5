using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Trees;

/// <summary>Follows every task's validation loss: how many trees are best, and whether more are worth
/// growing.</summary>
internal sealed class TaskStopping
{
    private readonly PooledChoice _choice;
    private readonly int? _patience;

    public TaskStopping(PooledChoice choice, double[] startLosses, int? patience)
    {
        (Best, Losses, _choice, _patience) = (new int[startLosses.Length], [.. startLosses], choice, patience);
        choice.Add(startLosses);
        Learning = new bool[startLosses.Length];
        Array.Fill(Learning, true);
    }

    /// <summary>Trees at which each task was best.</summary>
    public int[] Best { get; }

    /// <summary>The loss there; NaN without validation labels.</summary>
    public double[] Losses { get; }

    /// <summary>Whether a task still learns.</summary>
    public bool[] Learning { get; }

    /// <summary>Notes the losses after so many trees. A task without validation labels keeps all trees.</summary>
    public void Add(int trees, double[] losses)
    {
        bool[] better = _choice.Add(losses);
        for (int t = 0; t < losses.Length; t++)
            if (double.IsNaN(losses[t]) || (Learning[t] && better[t]))
                (Best[t], Losses[t]) = (trees, losses[t]);
            else if (trees - Best[t] >= _patience)
                Learning[t] = false;
        // Who has no labels to be judged by learns along as long as others do.
        if (Array.TrueForAll(Learning, l => l) || _patience is null)
            return;
        bool anyJudged = false;
        for (int t = 0; t < losses.Length; t++)
            anyJudged |= Learning[t] && !double.IsNaN(losses[t]);
        if (!anyJudged)
            Array.Fill(Learning, false);
    }
}
