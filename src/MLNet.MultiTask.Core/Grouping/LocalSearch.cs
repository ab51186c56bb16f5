using System.Runtime.CompilerServices;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Improves a grouping on the true objective until no move of a unit, swap of two units, or merge and split of groups
/// helps. Candidates are looked at in fixed order and the best is taken, the first among equals.
/// </summary>
internal static class LocalSearch
{
    /// <summary>How many of the most promising merges and splits are tried out, followed by moves and swaps.</summary>
    private const int Reshapes = 8;

    /// <summary>Improves until locally optimal; returns the improved state, which may be another object.</summary>
    public static PartitionState Improve(PartitionState state, CancellationToken cancellationToken)
    {
        double epsilon = Epsilon(state.Problem);
        MoveAndSwap(state, epsilon, cancellationToken);
        for (PartitionState? better = state; better is not null; better = Reshape(state, epsilon, cancellationToken))
            state = better;
        return state;
    }

    /// <summary>Moves and swaps until none helps.</summary>
    public static void MoveAndSwap(PartitionState state, double epsilon, CancellationToken cancellationToken)
    {
        while (Moves(state, epsilon) || Swaps(state, epsilon))
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>A gain below this is rounding: it must not drive the search round in circles.</summary>
    public static double Epsilon(PartitionProblem problem)
    {
        double largest = Math.Abs(problem.GroupCost);
        for (int i = 0; i < problem.B.Length; i++)
            largest = Math.Max(largest, Math.Abs(problem.B[i]));
        return 1e-12 * largest * problem.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Moves(PartitionState state, double epsilon)
    {
        bool any = false;
        for (int u = 0; u < state.Group.Length; u++)
        {
            int best = state.BestMove(u, epsilon);
            if (best < 0)
                continue;
            state.Move(u, best);
            any = true;
        }
        return any;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Swaps(PartitionState state, double epsilon)
    {
        bool any = false;
        for (int u = 0; u < state.Group.Length; u++)
        {
            int best = -1;
            double bestGain = epsilon;
            for (int v = 0; v < state.Group.Length; v++)
            {
                double gain = state.Group[u] == state.Group[v] ? double.NegativeInfinity : state.SwapGain(u, v);
                if (gain > bestGain)
                    (best, bestGain) = (v, gain);
            }
            if (best < 0)
                continue;
            state.Swap(u, best);
            any = true;
        }
        return any;
    }

    /// <summary>
    /// The first of the most promising merges and splits that improves the grouping; null if none does.
    /// </summary>
    private static PartitionState? Reshape(PartitionState state, double epsilon, CancellationToken cancellationToken)
    {
        double value = state.Value;
        foreach ((double Gain, int A, int B, int Split) candidate in Candidates(state).Take(Reshapes))
        {
            cancellationToken.ThrowIfCancellationRequested();
            PartitionState trial = state.Clone();
            if (candidate.A >= 0)
                foreach (int u in trial.MembersOf(candidate.B))
                    trial.Move(u, candidate.A);
            if (candidate.Split >= 0 && !GroupSplit.Apply(trial, candidate.Split))
                continue;
            MoveAndSwap(trial, epsilon, cancellationToken);
            if (trial.IsComplete && trial.Value > value + epsilon)
                return trial;
        }
        return null;
    }

    /// <summary>Merges (A, B) and splits by estimated gain, descending; −1 = no merge or no split.</summary>
    private static List<(double Gain, int A, int B, int Split)> Candidates(PartitionState state)
    {
        int[] used = [.. Enumerable.Range(0, state.Slots).Where(c => state.Units[c] > 0)];
        List<(double Gain, int A, int B)> merges = [];
        foreach (int a in used)
            foreach (int b in used)
                if (a < b && state.MergeGain(a, b) is var gain && gain > double.NegativeInfinity)
                    merges.Add((gain, a, b));
        merges = [.. merges.OrderByDescending(m => m.Gain).Take(2 * Reshapes)];
        (double Gain, int Slot)[] splits = [.. used.Where(c => state.Units[c] > 1)
            .Select(c => (GroupSplit.Gain(state, c), c)).OrderByDescending(s => s.Item1).Take(2 * Reshapes)];

        List<(double Gain, int A, int B, int Split)> candidates = [];
        foreach ((double gain, int a, int b) in merges)
        {
            if (state.Count > state.Problem.MinGroups)
                candidates.Add((gain, a, b, -1));
            // Splitting the merged group itself redistributes two groups at once.
            candidates.Add((gain, a, b, a));
            foreach ((double splitGain, int slot) in splits)
                if (slot != a && slot != b)
                    candidates.Add((gain + splitGain, a, b, slot));
        }
        if (state.Count < state.Problem.MaxGroups)
            foreach ((double gain, int slot) in splits)
                candidates.Add((gain, -1, -1, slot));
        return [.. candidates.OrderByDescending(c => c.Gain)];
    }
}
