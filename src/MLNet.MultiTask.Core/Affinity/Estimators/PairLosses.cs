namespace MLNet.MultiTask.Affinity;

/// <summary>Losses of all tasks trained alone and in pairs, and what they say about larger groups.</summary>
/// <param name="losses">
/// T×T, row-major: [i, j] = loss of task i when trained with j; [i, i] = when trained alone.
/// </param>
/// <param name="taskCount">T.</param>
internal sealed class PairLosses(double[] losses, int taskCount)
{
    /// <summary>Single tasks and pairs, in the order that <see cref="FromSubsets"/> expects.</summary>
    public static int[][] Subsets(int taskCount)
    {
        var subsets = new List<int[]>();
        for (int i = 0; i < taskCount; i++)
        {
            subsets.Add([i]);
            for (int j = 0; j < i; j++)
                subsets.Add([j, i]);
        }
        return [.. subsets];
    }

    /// <summary>From the members' losses of every one of <see cref="Subsets"/>.</summary>
    public static PairLosses FromSubsets(double[][] losses, int taskCount)
    {
        var table = new double[taskCount * taskCount];
        int[][] subsets = Subsets(taskCount);
        for (int s = 0; s < subsets.Length; s++)
            for (int k = 0; k < subsets[s].Length; k++)
                table[subsets[s][k] * taskCount + subsets[s][^(k + 1)]] = losses[s][k];
        return new PairLosses(table, taskCount);
    }

    /// <summary>
    /// loss_i(G) = mean over the other members j of loss_i({i, j}); alone, the single-task loss (Standley et al., ICML
    /// 2020, section 4.2).
    /// </summary>
    public double[] PredictGroup(IReadOnlyList<int> group)
    {
        GroupChecks.ThrowIfInvalid(group, taskCount);
        return [.. group.Select(i => group.Count == 1
        ? losses[i * taskCount + i]
        : group.Where(j => j != i).Average(j => losses[i * taskCount + j]))];
    }

    /// <summary>
    /// T×T: relative drop of loss i by training with j instead of alone; 0 on the diagonal and for a loss of 0.
    /// </summary>
    public double[] RelativeGains()
    {
        var gains = new double[taskCount * taskCount];
        for (int i = 0; i < taskCount; i++)
            for (int j = 0; j < taskCount; j++)
                if (losses[i * taskCount + i] > 0)
                    gains[i * taskCount + j] = 1 - losses[i * taskCount + j] / losses[i * taskCount + i];
        return gains;
    }
}
