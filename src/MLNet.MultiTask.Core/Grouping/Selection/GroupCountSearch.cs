namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Chooses a grouping by really training a few candidates. Predicted scores improve almost monotonically with the
/// number of groups, and the validation loss at an early-stopped epoch flatters small groups, so candidates are
/// compared on rows that neither trained nor stopped a network; all tasks in one group and every task alone are always
/// among them.
/// </summary>
public static class GroupCountSearch
{
    /// <summary>Trains every candidate and returns the curve over the number of groups.</summary>
    /// <param name="affinity">What the solver groups by.</param>
    /// <param name="train">
    /// Trains one network per group, once per seed, and returns one score per seed, higher is better, measured on rows
    /// that did not stop the training. The same seeds in the same order for every grouping make the differences far
    /// less noisy.
    /// </param>
    /// <param name="options">Candidates; null = defaults.</param>
    /// <param name="cancellationToken">Handed to <paramref name="train"/> and looked at between candidates.</param>
    /// <exception cref="ArgumentException">A number of groups is out of range, or two candidates return different
    /// numbers of scores.</exception>
    public static GroupCountSearchResult Run(
        TaskAffinity affinity, Func<TaskGrouping, CancellationToken, double[]> train,
        GroupCountSearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(affinity);
        ArgumentNullException.ThrowIfNull(train);
        options ??= new();
        List<GroupCountCandidate> curve = [];
        foreach (TaskGrouping grouping in Candidates(affinity, options, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            double[] scores = train(grouping, cancellationToken);
            int expected = curve.Count == 0 ? Math.Max(1, scores.Length) : curve[0].Scores.Count;
            if (scores.Length != expected || !scores.All(double.IsFinite))
                throw new ArgumentException($"Training {grouping} returned [{string.Join(", ", scores)}]; " +
                    $"{expected} finite scores expected", nameof(train));
            curve.Add(new GroupCountCandidate(grouping, scores));
            options.Progress?.Report(curve[^1]);
        }
        return new GroupCountSearchResult([.. curve.OrderBy(c => c.Grouping.Count)]);
    }

    /// <summary>
    /// The groupings to be trained: all in one, alone, and the solver's for each number of groups; no two equal.
    /// </summary>
    public static IReadOnlyList<TaskGrouping> Candidates(TaskAffinity affinity, GroupCountSearchOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(affinity);
        ArgumentNullException.ThrowIfNull(options);
        int n = affinity.Count;
        IReadOnlyList<int> counts = options.GroupCounts ?? DefaultCounts(n);
        foreach (int k in counts)
            if (k < 1 || k > n)
                throw new ArgumentOutOfRangeException(nameof(options), k,
                    $"A number of groups must be in 1 to {n}, the number of tasks");
        List<TaskGrouping> candidates = [TaskGrouping.All(n), TaskGrouping.Single(n), .. options.Groupings];
        candidates.AddRange(counts.Where(k => k > 1 && k < n).Distinct().Order()
            .Select(k => options.Solver(k).Solve(affinity, cancellationToken).Grouping));
        return [.. candidates.Distinct()];
    }

    /// <summary>At most six numbers from 2 to T/2 in geometric steps: 2, 3, 4, 7 for 14 tasks.</summary>
    public static int[] DefaultCounts(int taskCount)
    {
        const int Points = 6;
        int most = taskCount / 2;
        return most < 2 ? [] : [.. Enumerable.Range(0, Points)
            .Select(i => (int)Math.Round(2 * Math.Pow(most / 2.0, i / (Points - 1.0)))).Distinct()];
    }
}
