using System.Numerics;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// The best partition of n units for any additive value of groups, by dynamic programming over subsets: best_c(S) = max
/// over G ⊆ S that hold the lowest unit of S of v(G) + best_{c−1}(S \ G); 3ⁿ steps for each number of groups.
/// </summary>
internal static class SubsetProgram
{
    /// <summary>Labels of the best partition, or an empty array where none is admissible.</summary>
    /// <param name="n">Units, at most 20.</param>
    /// <param name="values">Length 2ⁿ: v of every subset; −∞ = not admissible. Entry 0 is not used.</param>
    /// <param name="minGroups">Groups at least.</param>
    /// <param name="maxGroups">Groups at most.</param>
    /// <param name="cancellationToken">Looked at for every number of groups and every 1,024 subsets.</param>
    public static int[] Solve(int n, double[] values, int minGroups, int maxGroups, CancellationToken cancellationToken)
    {
        int full = (1 << n) - 1;
        bool anyNumber = minGroups <= 1 && maxGroups >= n;
        int layers = anyNumber ? 1 : maxGroups;
        double[] previous = new double[full + 1];
        Array.Fill(previous, double.NegativeInfinity);
        previous[0] = 0;
        List<int[]> choices = [];
        double best = double.NegativeInfinity;
        int bestLayer = -1;
        for (int c = 1; c <= layers; c++)
        {
            // With any number of groups the layer builds on itself: S \ G is smaller than S and therefore done.
            double[] current = anyNumber ? previous : new double[full + 1];
            if (!anyNumber)
                current[0] = double.NegativeInfinity;
            choices.Add(Layer(values, previous, current, cancellationToken));
            if (c >= minGroups && current[full] > best)
                (best, bestLayer) = (current[full], c);
            previous = current;
        }
        return bestLayer < 0 ? [] : Labels(n, choices, bestLayer, anyNumber);
    }

    private static int[] Layer(double[] values, double[] previous, double[] current,
        CancellationToken cancellationToken)
    {
        var choice = new int[values.Length];
        for (int set = 1; set < values.Length; set++)
        {
            if ((set & 0x3FF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            int lowest = set & -set, rest = set ^ lowest;
            double best = double.NegativeInfinity;
            for (int others = rest; ; others = (others - 1) & rest)
            {
                double value = values[others | lowest] + previous[rest ^ others];
                if (value > best)
                    (best, choice[set]) = (value, others | lowest);
                if (others == 0)
                    break;
            }
            current[set] = best;
        }
        return choice;
    }

    private static int[] Labels(int n, List<int[]> choices, int layer, bool anyNumber)
    {
        var labels = new int[n];
        int label = 0;
        for (int set = (1 << n) - 1; set != 0; label++)
        {
            int group = choices[anyNumber ? 0 : --layer][set];
            for (int left = group; left != 0; left &= left - 1)
                labels[BitOperations.TrailingZeroCount(left)] = label;
            set ^= group;
        }
        return labels;
    }

    /// <summary>Density minus cost of every subset of a problem's units; −∞ where the constraints forbid it.</summary>
    public static double[] Densities(PartitionProblem problem)
    {
        int n = problem.Count;
        double[] sums = new double[1 << n], values = new double[1 << n];
        int[] sizes = new int[1 << n];
        var forbidden = new int[n];
        for (int u = 0; problem.Forbidden is not null && u < n; u++)
            for (int v = 0; v < n; v++)
                forbidden[u] |= problem.Forbidden[u * n + v] ? 1 << v : 0;
        for (int set = 1; set < values.Length; set++)
        {
            int lowest = BitOperations.TrailingZeroCount(set), rest = set & (set - 1);
            double sum = sums[rest] + problem.B[lowest * n + lowest];
            for (int left = rest; left != 0; left &= left - 1)
                sum += 2 * problem.B[lowest * n + BitOperations.TrailingZeroCount(left)];
            (sums[set], sizes[set]) = (sum, sizes[rest] + problem.Weights[lowest]);
            bool allowed = sizes[set] <= problem.MaxSize && !double.IsNegativeInfinity(values[rest])
                && (forbidden[lowest] & rest) == 0;
            values[set] = allowed ? sum / sizes[set] - problem.GroupCost : double.NegativeInfinity;
        }
        return values;
    }
}
