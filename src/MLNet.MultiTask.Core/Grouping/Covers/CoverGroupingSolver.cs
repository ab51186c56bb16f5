namespace MLNet.MultiTask.Grouping;

/// <summary>
/// TAG's network selection (Fifty et al., "Efficiently Identifying Task Groupings for Multi-Task Learning", NeurIPS
/// 2021): at most k groups, overlap allowed, every task served by its best group, so that the mean over tasks of the
/// score in the serving group is largest. The score of task i in group G is the mean over the other members j of T[i,
/// j], or a predicted one. Exact by branch and bound where the possible groups are at most 4,095 (12 tasks, or fewer in
/// small groups); local search beyond.
/// </summary>
/// <param name="options">Number and size of groups; null = defaults.</param>
public sealed class CoverGroupingSolver(CoverGroupingOptions? options = null) : ITaskGroupingSolver
{
    private const int ExactLimit = 4095;
    private readonly CoverGroupingOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "Cover";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Options contradict one another or the number of tasks.</exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        _options.ThrowIfUnfit(affinity);
        int n = affinity.Count, k = Math.Min(_options.GroupCount, n), maxSize = Math.Min(n, _options.MaxGroupSize ?? n);
        var scores = new GroupScores(affinity, _options);
        (bool[][] groups, double value) = new CoverSearch(n, k, maxSize, scores.Row, rows => Mean(rows, n))
            .Run(affinity, _options.Restarts, _options.Seed, cancellationToken);
        CandidateNetwork[] found = [.. groups.Select(g => scores.Candidate(Members(g)))];
        NetworkSelectionResult best = NetworkSelection.Solve(found, n, new() { MaxNetworks = k }, cancellationToken);
        if (Subsets.Count(n, maxSize) > ExactLimit)
            return Result(best, value, double.PositiveInfinity, "no exchange improves the cover");

        CandidateNetwork[] all = [.. Subsets.UpTo(n, maxSize).Select(scores.Candidate)];
        NetworkSelectionResult? better = NetworkSelection.Improve(all, n, new() { MaxNetworks = k }, best.TotalLoss,
            out double bound, cancellationToken);
        best = better ?? best;
        return Result(best, -best.TotalLoss / n, -bound / n, bound >= best.TotalLoss ? "all covers are searched"
            : "not all covers could be searched");
    }

    private GroupingResult Result(NetworkSelectionResult selection, double value, double bound, string reason) => new()
    {
        Grouping = selection.Grouping,
        Objective = value,
        Bound = bound,
        IsOptimal = bound <= value,
        Iterations = selection.Nodes,
        StopReason = reason,
        Solver = Name,
    };

    /// <summary>Mean over tasks of the best score; −∞ where a task is in no group.</summary>
    private static double Mean(double[][] rows, int n)
    {
        double sum = 0;
        for (int t = 0; t < n; t++)
        {
            double best = double.NegativeInfinity;
            foreach (double[] row in rows)
                best = Math.Max(best, row[t]);
            sum += best;
        }
        return sum / n;
    }

    private static int[] Members(bool[] group) => [.. Enumerable.Range(0, group.Length).Where(t => group[t])];

    /// <summary>Scores of tasks in groups, computed once per group.</summary>
    private sealed class GroupScores(TaskAffinity affinity, CoverGroupingOptions options)
    {
        private readonly Dictionary<string, double[]> _known = [];

        public double[] Row(bool[] group)
        {
            int[] members = Members(group);
            double[] scores = Of(members), row = new double[group.Length];
            Array.Fill(row, double.NegativeInfinity);
            for (int m = 0; m < members.Length; m++)
                row[members[m]] = scores[m];
            return row;
        }

        public CandidateNetwork Candidate(int[] members) => new(members, [.. Of(members).Select(s => -s)], 1,
            string.Join(',', members));

        private double[] Of(int[] members)
        {
            if (!options.UsePrediction)
                return [.. members.Select(i => Mean(i, members))];
            string key = string.Join(',', members);
            if (!_known.TryGetValue(key, out double[]? scores))
                _known[key] = scores = [.. affinity.PredictGroup!(members).Select(loss => -loss)];
            return scores;
        }

        private double Mean(int i, int[] members)
        {
            if (members.Length == 1)
                return options.SingletonScore ?? affinity[i, i];
            double sum = 0;
            foreach (int j in members)
                sum += j == i ? 0 : affinity[i, j];
            return sum / (members.Length - 1);
        }
    }
}
