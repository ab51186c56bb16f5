using MLNet.MultiTask.Data;
using System.Numerics;
using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// The quotient objective over covers (Wang et al., "Principled Task Grouping", 2024, equations of the integer
/// programme): exactly k different groups that together cover all tasks, overlap allowed, with the largest Σ over
/// groups of (Σ of affinity inside) / size. Exact by dynamic programming over the sets covered for up to 12 tasks,
/// local search beyond. A group that could serve no task of its own (more groups than tasks, say) counts in the
/// objective but not in the grouping.
/// </summary>
/// <param name="options">Number and size of groups; null = defaults.</param>
public sealed class QuotientCoverSolver(CoverGroupingOptions? options = null) : ITaskGroupingSolver
{
    private const int ExactTasks = 12;
    private readonly CoverGroupingOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "QuotientCover";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Options contradict one another or the number of tasks.</exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        _options.ThrowIfUnfit(affinity);
        int n = affinity.Count, k = _options.GroupCount, maxSize = Math.Min(n, _options.MaxGroupSize ?? n);
        if (k > Subsets.Count(n, maxSize))
            throw new ArgumentOutOfRangeException(nameof(affinity), k,
                $"{Counted.Of(n, "task")} have fewer than {k} different groups of at most {maxSize}");
        bool exact = n <= ExactTasks;
        (List<int[]> groups, double value) = exact ? Exact(affinity, k, maxSize, cancellationToken)
            : Search(affinity, k, maxSize, cancellationToken);
        return new GroupingResult
        {
            Grouping = CoverServing.Assign(affinity, groups),
            Objective = value,
            Bound = exact ? value : double.PositiveInfinity,
            IsOptimal = exact,
            StopReason = exact ? "all covers are searched" : "no exchange improves the cover",
            Solver = Name,
        };
    }

    /// <summary>
    /// best[c][S]: the largest value of c different groups with union S; groups are offered one after the other.
    /// </summary>
    private static (List<int[]> Groups, double Value) Exact(TaskAffinity affinity, int k, int maxSize,
        CancellationToken cancellationToken)
    {
        int n = affinity.Count, sets = 1 << n;
        var best = new Choice?[k + 1, sets];
        best[0, 0] = new Choice(0, 0, null);
        for (int group = 1; group < sets; group++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (BitOperations.PopCount((uint)group) > maxSize)
                continue;
            double density = DensityObjective.Value(affinity, Members(group));
            for (int c = k; c >= 1; c--)
                for (int set = 0; set < sets; set++)
                    if (best[c - 1, set] is { } before
                        && (best[c, set | group] is not { } now || before.Value + density > now.Value))
                        best[c, set | group] = new Choice(before.Value + density, group, before);
        }
        Choice found = best[k, sets - 1]
            ?? throw new ArgumentException($"No {k} different groups of at most {maxSize} cover " +
                $"{Counted.Of(n, "task")}",
                nameof(affinity));
        List<int[]> groups = [];
        for (Choice at = found; at.Before is not null; at = at.Before)
            groups.Add(Members(at.Group));
        groups.Reverse();
        return (groups, found.Value);
    }

    private (List<int[]> Groups, double Value) Search(TaskAffinity affinity, int k, int maxSize,
        CancellationToken cancellationToken)
    {
        int n = affinity.Count;
        double[] Row(bool[] group)
        {
            int[] members = [.. Enumerable.Range(0, n).Where(t => group[t])];
            var row = new double[n];
            Array.Fill(row, double.NegativeInfinity);
            double share = DensityObjective.Value(affinity, members) / members.Length;
            foreach (int t in members)
                row[t] = share;
            return row;
        }
        (bool[][] groups, double value) = new CoverSearch(n, k, maxSize, Row, Total).Run(affinity, _options.Restarts,
            _options.Seed, cancellationToken);
        return ([.. groups.Select(g => Enumerable.Range(0, n).Where(t => g[t]).ToArray())], value);
    }

    /// <summary>Σ of the groups' densities; −∞ where a task is in no group or two groups are equal.</summary>
    private static double Total(double[][] rows)
    {
        double sum = 0;
        for (int t = 0; t < rows[0].Length; t++)
        {
            bool covered = false;
            foreach (double[] row in rows)
                if (!double.IsNegativeInfinity(row[t]))
                    (covered, sum) = (true, sum + row[t]);
            if (!covered)
                return double.NegativeInfinity;
        }
        for (int g = 0; g < rows.Length; g++)
            for (int h = 0; h < g; h++)
                if (SameMembers(rows[g], rows[h]))
                    return double.NegativeInfinity;
        return sum;
    }

    private static bool SameMembers(double[] a, double[] b)
    {
        for (int t = 0; t < a.Length; t++)
            if (double.IsNegativeInfinity(a[t]) != double.IsNegativeInfinity(b[t]))
                return false;
        return true;
    }

    private static int[] Members(int set) => [.. Enumerable.Range(0, 32).Where(t => (set >> t & 1) == 1)];

    private sealed record Choice(double Value, int Group, Choice? Before);
}
