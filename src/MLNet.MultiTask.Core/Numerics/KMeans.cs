namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Lloyd's k-means with k-means++ seeding (Arthur and Vassilvitskii 2007) on weighted rows; exactly k clusters.
/// </summary>
internal static class KMeans
{
    private const int MaxSweeps = 100;

    /// <summary>The best of several runs by within-cluster squared distance, the first among equals.</summary>
    /// <param name="rows">n×d, row-major.</param>
    /// <param name="dimension">d.</param>
    /// <param name="weights">Length n, positive.</param>
    /// <param name="k">Number of clusters, 1 … n.</param>
    /// <param name="restarts">Number of runs.</param>
    /// <param name="random">Source of the seeds.</param>
    /// <returns>Cluster of each row; every cluster has a row.</returns>
    public static int[] Cluster(ReadOnlySpan<double> rows, int dimension, ReadOnlySpan<int> weights, int k,
        int restarts, RandomStream random)
    {
        int[] best = [];
        double bestCost = double.PositiveInfinity;
        for (int run = 0; run < restarts; run++)
        {
            var labels = new int[weights.Length];
            double cost = Run(rows, dimension, weights, k, labels, ref random);
            if (cost < bestCost)
                (best, bestCost) = (labels, cost);
        }
        return best;
    }

    private static double Run(ReadOnlySpan<double> rows, int d, ReadOnlySpan<int> weights, int k, int[] labels,
        ref RandomStream random)
    {
        double[] centres = Seed(rows, d, weights, k, ref random), distances = new double[labels.Length];
        Array.Fill(labels, -1);
        for (int sweep = 0; sweep < MaxSweeps; sweep++)
        {
            bool changed = false;
            for (int i = 0; i < labels.Length; i++)
            {
                (int nearest, distances[i]) = Nearest(rows.Slice(i * d, d), centres, d);
                changed |= nearest != labels[i];
                labels[i] = nearest;
            }
            changed |= FillEmpty(labels, distances, k);
            if (!changed)
                break;
            Centres(rows, d, weights, labels, centres);
        }
        double cost = 0;
        for (int i = 0; i < labels.Length; i++)
            cost += weights[i] * distances[i];
        return cost;
    }

    private static double[] Seed(ReadOnlySpan<double> rows, int d, ReadOnlySpan<int> weights, int k,
        ref RandomStream random)
    {
        int n = weights.Length;
        var centres = new double[k * d];
        var distances = new double[n];
        Array.Fill(distances, 1);
        for (int c = 0; c < k; c++)
        {
            int pick = Draw(distances, weights, ref random);
            rows.Slice(pick * d, d).CopyTo(centres.AsSpan(c * d));
            for (int i = 0; i < n; i++)
            {
                double distance = SquaredDistance(rows.Slice(i * d, d), centres.AsSpan(c * d, d));
                distances[i] = c == 0 ? distance : Math.Min(distances[i], distance);
            }
        }
        return centres;
    }

    private static int Draw(double[] distances, ReadOnlySpan<int> weights, ref RandomStream random)
    {
        double total = 0;
        for (int i = 0; i < distances.Length; i++)
            total += weights[i] * distances[i];
        double left = random.NextDouble() * total;
        for (int i = 0; i < distances.Length; i++)
        {
            left -= weights[i] * distances[i];
            if (left < 0)
                return i;
        }
        return random.NextInt32(distances.Length);
    }

    /// <summary>An empty cluster takes the row farthest from its centre, out of a cluster that keeps another.</summary>
    private static bool FillEmpty(int[] labels, double[] distances, int k)
    {
        var sizes = new int[k];
        foreach (int label in labels)
            sizes[label]++;
        bool any = false;
        for (int c = 0; c < k; c++)
        {
            if (sizes[c] > 0)
                continue;
            int far = -1;
            for (int i = 0; i < labels.Length; i++)
                if (sizes[labels[i]] > 1 && (far < 0 || distances[i] > distances[far]))
                    far = i;
            sizes[labels[far]]--;
            (labels[far], distances[far], sizes[c]) = (c, 0, 1);
            any = true;
        }
        return any;
    }

    private static void Centres(ReadOnlySpan<double> rows, int d, ReadOnlySpan<int> weights, int[] labels,
        double[] centres)
    {
        Array.Clear(centres);
        var totals = new double[centres.Length / d];
        for (int i = 0; i < labels.Length; i++)
        {
            totals[labels[i]] += weights[i];
            Span<double> centre = centres.AsSpan(labels[i] * d, d);
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(rows.Slice(i * d, d), weights[i], centre, centre);
        }
        for (int c = 0; c < totals.Length; c++)
            System.Numerics.Tensors.TensorPrimitives.Divide(centres.AsSpan(c * d, d), totals[c],
                centres.AsSpan(c * d, d));
    }

    private static (int Cluster, double Distance) Nearest(ReadOnlySpan<double> row, double[] centres, int d)
    {
        int nearest = 0;
        double least = double.PositiveInfinity;
        for (int c = 0; c < centres.Length / d; c++)
            if (SquaredDistance(row, centres.AsSpan(c * d, d)) is var distance && distance < least)
                (nearest, least) = (c, distance);
        return (nearest, least);
    }

    private static double SquaredDistance(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double distance = System.Numerics.Tensors.TensorPrimitives.Distance(x, y);
        return distance * distance;
    }
}
