using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Starting points of the local search: random ones, and the nearest admissible grouping to given labels.
/// </summary>
internal static class PartitionStarts
{
    private const int Attempts = 200;

    /// <summary>A random admissible grouping.</summary>
    /// <exception cref="ArgumentException">The constraints left none that a few hundred attempts could
    /// find.</exception>
    public static PartitionState Random(PartitionProblem problem, RandomStream random)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            int[] order = random.Permutation(problem.Count);
            // Later attempts place the hardest units first: many conflicts, then many tasks.
            if (attempt > Attempts / 4)
                order = [.. order.OrderByDescending(u => (Conflicts(problem, u), problem.Weights[u]))];
            int groups = problem.MinGroups + random.NextInt32(problem.MaxGroups - problem.MinGroups + 1);
            if (Place(problem, order, (u, i, state) => i < groups ? i : random.NextInt32(groups)) is { } state)
                return state;
        }
        throw new ArgumentException($"No grouping into {Range(problem)} was found that meets the constraints " +
            $"(at most {Counted.Of(problem.MaxSize, "task")} a group, linked tasks); loosen them");
    }

    /// <summary>
    /// The grouping with these labels where the constraints allow, each other unit where it gains most; null if that
    /// fails.
    /// </summary>
    /// <param name="problem">The problem.</param>
    /// <param name="labels">Length n; any integers, the k-th distinct one becomes slot k.</param>
    public static PartitionState? Near(PartitionProblem problem, ReadOnlySpan<int> labels)
    {
        var slots = new Dictionary<int, int>();
        int[] wanted = new int[problem.Count];
        for (int u = 0; u < wanted.Length; u++)
        {
            if (!slots.TryGetValue(labels[u], out int slot))
                slots[labels[u]] = slot = slots.Count;
            wanted[u] = slot < problem.MaxGroups ? slot : -1;
        }
        int[] order = [.. Enumerable.Range(0, problem.Count).OrderBy(u => wanted[u] < 0)];
        PartitionState? state = Place(problem, order, (u, _, _) => wanted[u], allowFewer: true);
        while (state is not null && state.Count < problem.MinGroups)
        {
            int split = BestSplit(state);
            if (split < 0)
                return null;
            GroupSplit.Apply(state, split);
        }
        return state;
    }

    /// <summary>A copy in which a fifth of the units has moved at random.</summary>
    public static PartitionState Perturbed(PartitionState state, RandomStream random)
    {
        PartitionState copy = state.Clone();
        int n = copy.Group.Length;
        for (int move = 0; move < Math.Max(2, n / 5); move++)
        {
            int unit = random.NextInt32(n), slot = random.NextInt32(copy.Slots);
            if (double.IsFinite(copy.MoveGain(unit, slot)))
                copy.Move(unit, slot);
        }
        return copy;
    }

    private static int BestSplit(PartitionState state)
    {
        int best = -1;
        double bestGain = double.NegativeInfinity;
        for (int c = 0; c < state.Slots; c++)
            if (state.Units[c] > 1 && GroupSplit.Gain(state, c) is var gain && gain > bestGain)
                (best, bestGain) = (c, gain);
        return best;
    }

    private static PartitionState? Place(
        PartitionProblem problem, int[] order, Func<int, int, PartitionState, int> wish, bool allowFewer = false)
    {
        int[] empty = new int[problem.Count];
        Array.Fill(empty, -1);
        var state = new PartitionState(problem, empty);
        for (int i = 0; i < order.Length; i++)
        {
            int unit = order[i], slot = wish(unit, i, state);
            if (slot < 0 || !state.Fits(unit, slot))
                slot = BestSlot(state, unit);
            if (slot < 0)
                return null;
            state.Insert(unit, slot);
        }
        return state.IsComplete || (allowFewer && state.Count < problem.MinGroups) ? state : null;
    }

    private static int BestSlot(PartitionState state, int unit)
    {
        int best = -1;
        double bestGain = double.NegativeInfinity;
        for (int c = 0; c < state.Slots; c++)
            if (state.Fits(unit, c) && state.InsertGain(unit, c) is var gain && gain > bestGain)
                (best, bestGain) = (c, gain);
        return best;
    }

    private static int Conflicts(PartitionProblem problem, int unit)
    {
        int count = 0;
        for (int v = 0; problem.Forbidden is not null && v < problem.Count; v++)
            count += problem.Forbidden[unit * problem.Count + v] ? 1 : 0;
        return count;
    }

    private static string Range(PartitionProblem problem) => problem.MinGroups == problem.MaxGroups
        ? Counted.Of(problem.MinGroups, "group") : $"{problem.MinGroups} to {problem.MaxGroups} groups";
}
