namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Samples subsets of tasks in rounds, each of which covers every pair of tasks again, until the groupings made from
/// the averaged affinity have stayed the same for some rounds. Every subset drawn counts in the average, so means and
/// standard errors are those of a single draw of as many subsets.
/// </summary>
internal static class AdaptiveSampling
{
    /// <summary>Runs rounds until the groupings settle, no subset is left, or the limit of rounds is reached.</summary>
    /// <param name="taskCount">Tasks.</param>
    /// <param name="options">What is watched, and for how long.</param>
    /// <param name="solver">Groups the tasks of an affinity into a number of groups.</param>
    /// <param name="draw">The subsets of the next round; empty when none is left.</param>
    /// <param name="predict">One prediction per subset.</param>
    /// <param name="average">The affinity from all subsets so far.</param>
    /// <param name="cancellationToken">Looked at every round.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of groups exceeds the number of tasks.</exception>
    public static AdaptiveSample<T> Run<T>(int taskCount, AdaptiveSamplingOptions options,
        Func<TaskAffinity, int, TaskGrouping> solver, Func<int[][]> draw, Func<int[][], T[]> predict,
        Func<int[][], T[], TaskAffinity> average, CancellationToken cancellationToken)
    {
        options.Validate();
        int[] counts = [.. options.GroupCounts ?? Enumerable.Range(2, Math.Max(0, Math.Min(8, taskCount / 2) - 1))];
        if (Array.Find(counts, k => k > taskCount) is var excess && excess != 0)
            throw new ArgumentOutOfRangeException(nameof(options), excess,
                $"{nameof(AdaptiveSamplingOptions.GroupCounts)} must be at most the number of tasks, {taskCount}");
        var subsets = new List<int[]>();
        var predictions = new List<T>();
        TaskGrouping[] reference = [];
        int rounds = 0, stable = 0;
        while (rounds < options.MaxRounds && stable < options.StableRounds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[][] round = draw();
            if (round.Length == 0)
                break;
            rounds++;
            subsets.AddRange(round);
            predictions.AddRange(predict(round));
            TaskAffinity affinity = average([.. subsets], [.. predictions]);
            TaskGrouping[] now = [.. counts.Select(k => solver(affinity, k))];
            bool unchanged = rounds > 1 && now.Zip(reference).All(pair =>
                IsUnchanged(affinity, pair.First, pair.Second, options.Tolerance));
            (stable, reference) = unchanged ? (stable + 1, reference) : (0, now);
        }
        return new AdaptiveSample<T>([.. subsets], [.. predictions], rounds, stable >= options.StableRounds);
    }

    private static bool IsUnchanged(TaskAffinity affinity, TaskGrouping now, TaskGrouping before, double tolerance)
    {
        double density = DensityObjective.Value(affinity, now);
        double loss = density - DensityObjective.Value(affinity, before);
        return now.Equals(before) || loss <= tolerance * Math.Abs(density);
    }
}

/// <summary>What adaptive sampling drew.</summary>
/// <param name="Subsets">All subsets, in order of their rounds.</param>
/// <param name="Predictions">One per subset.</param>
/// <param name="Rounds">Rounds drawn.</param>
/// <param name="Settled">Whether the groupings settled.</param>
internal sealed record AdaptiveSample<T>(int[][] Subsets, T[] Predictions, int Rounds, bool Settled);
