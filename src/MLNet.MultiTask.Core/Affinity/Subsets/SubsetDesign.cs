using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// What trained subsets say about one target task: for every subset holding it, who else was in it, and the target's
/// loss.
/// </summary>
internal sealed class SubsetDesign
{
    /// <param name="target">The task whose loss is explained.</param>
    /// <param name="taskCount">T.</param>
    /// <param name="subsets">Groups of distinct tasks.</param>
    /// <param name="losses">losses[s][k] = loss of the k-th task of subset s.</param>
    /// <exception cref="ArgumentException">No subset holds the target.</exception>
    public SubsetDesign(int target, int taskCount, IReadOnlyList<int[]> subsets, IReadOnlyList<double[]> losses)
    {
        var members = new List<double[]>();
        var values = new List<double>();
        for (int s = 0; s < subsets.Count; s++)
        {
            int place = Array.IndexOf(subsets[s], target);
            if (place < 0)
                continue;
            members.Add(Indicator(subsets[s], target, taskCount));
            values.Add(losses[s][place]);
        }
        if (values.Count == 0)
            throw new ArgumentException($"None of the {Counted.Of(subsets.Count, "subset")} holds task " +
                $"{target}", nameof(subsets));
        (Target, TaskCount, Members, Losses) = (target, taskCount, [.. members], [.. values]);
        Mean = Losses.Average();
        double deviation = Math.Sqrt(Losses.Average(y => (y - Mean) * (y - Mean)));
        Deviation = deviation <= 1e-9 * Math.Abs(Mean) ? 0 : deviation;
    }

    public int Target { get; }

    public int TaskCount { get; }

    /// <summary>One 0/1 row of length T per subset; the target's own entry is 0.</summary>
    public double[][] Members { get; }

    public double[] Losses { get; }

    public double Mean { get; }

    /// <summary>Standard deviation of the losses; 0 where they differ by rounding only.</summary>
    public double Deviation { get; }

    /// <summary>The 0/1 row of a group.</summary>
    public static double[] Indicator(IEnumerable<int> group, int target, int taskCount)
    {
        var row = new double[taskCount];
        foreach (int j in group)
            row[j] = j == target ? 0 : 1;
        return row;
    }
}
