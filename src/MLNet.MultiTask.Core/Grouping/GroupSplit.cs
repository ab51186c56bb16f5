using System.Runtime.CompilerServices;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Splits one group in two: the pair of units with the lowest mutual affinity seeds the halves, every other unit joins
/// where the density grows more, and units then change sides while that helps.
/// </summary>
internal static class GroupSplit
{
    private const int Sweeps = 10;

    /// <summary>
    /// Change of the objective by the split that <see cref="Apply"/> makes; −∞ for a group of one unit.
    /// </summary>
    public static double Gain(PartitionState state, int slot)
    {
        int[] members = state.MembersOf(slot);
        if (members.Length < 2)
            return double.NegativeInfinity;
        (double value, _) = Halves(state.Problem, members);
        return value - state.Sums[slot] / state.Sizes[slot] - state.Problem.GroupCost;
    }

    /// <summary>Splits a group into its slot and the first empty slot; false where it cannot.</summary>
    public static bool Apply(PartitionState state, int slot)
    {
        int[] members = state.MembersOf(slot);
        int empty = state.FirstEmptySlot();
        if (members.Length < 2 || empty < 0)
            return false;
        (_, bool[] second) = Halves(state.Problem, members);
        for (int i = 0; i < members.Length; i++)
            if (second[i])
                state.Move(members[i], empty);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Value, bool[] Second) Halves(PartitionProblem problem, int[] members)
    {
        int m = members.Length, n = problem.Count;
        (int s, int t) = Seeds(problem, members);
        var second = new bool[m];
        double[] sum = [B(s, s), B(t, t)], toFirst = new double[m], toSecond = new double[m];
        int[] size = [problem.Weights[members[s]], problem.Weights[members[t]]], count = [1, 1];
        double B(int i, int j) => problem.B[members[i] * n + members[j]];
        void Shift(double[] to, int unit, double sign)
        {
            for (int i = 0; i < m; i++)
                to[i] += sign * B(unit, i);
        }

        second[t] = true;
        Shift(toFirst, s, 1);
        Shift(toSecond, t, 1);
        for (int i = 0; i < m; i++)
            if (i != s && i != t)
            {
                double first = (sum[0] + 2 * toFirst[i] + B(i, i)) / (size[0] + problem.Weights[members[i]])
                    + sum[1] / size[1];
                double other = (sum[1] + 2 * toSecond[i] + B(i, i)) / (size[1] + problem.Weights[members[i]])
                    + sum[0] / size[0];
                second[i] = other > first;
                Join(i, second[i] ? 1 : 0, 1);
            }
        bool changed = true;
        for (int sweep = 0; sweep < Sweeps && changed; sweep++)
        {
            changed = false;
            for (int i = 0; i < m; i++)
                changed |= TryCross(i);
        }
        return (sum[0] / size[0] + sum[1] / size[1], second);

        void Join(int i, int side, int sign)
        {
            double[] to = side == 0 ? toFirst : toSecond;
            if (sign < 0)
                Shift(to, i, -1);
            sum[side] += sign * (2 * to[i] + B(i, i));
            if (sign > 0)
                Shift(to, i, 1);
            size[side] += sign * problem.Weights[members[i]];
            count[side] += sign;
        }

        bool TryCross(int i)
        {
            int from = second[i] ? 1 : 0, to = 1 - from;
            if (count[from] == 1)
                return false;
            int weight = problem.Weights[members[i]];
            double toFrom = from == 0 ? toFirst[i] : toSecond[i], toOther = from == 0 ? toSecond[i] : toFirst[i];
            double now = sum[0] / size[0] + sum[1] / size[1];
            double then = (sum[from] - 2 * toFrom + B(i, i)) / (size[from] - weight)
                + (sum[to] + 2 * toOther + B(i, i)) / (size[to] + weight);
            if (then <= now + 1e-12 * Math.Abs(now))
                return false;
            Join(i, from, -1);
            Join(i, to, 1);
            second[i] = to == 1;
            return true;
        }
    }

    private static (int S, int T) Seeds(PartitionProblem problem, int[] members)
    {
        (int S, int T) seeds = (0, 1);
        double lowest = double.PositiveInfinity;
        for (int i = 0; i < members.Length; i++)
            for (int j = 0; j < i; j++)
            {
                double mean = problem.B[members[i] * problem.Count + members[j]]
                    / (problem.Weights[members[i]] * problem.Weights[members[j]]);
                if (mean < lowest)
                    (lowest, seeds) = (mean, (j, i));
            }
        return seeds;
    }
}
