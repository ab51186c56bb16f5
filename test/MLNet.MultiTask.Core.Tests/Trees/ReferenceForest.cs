using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Tests.Trees;

/// <summary>
/// Boosting with vector leaves written from its formulas in double precision: every split of every leaf is tried on the
/// rows themselves, without bins, histograms or sketches.
/// </summary>
internal sealed class ReferenceForest(TaskTable table, int[] rows, BoostedTreesOptions options)
{
    private readonly int _outputs = table.Tasks.Sum(t => t.OutputCount);

    public double[][] Outputs { get; } = [.. Enumerable.Range(0, table.RowCount).Select(_ => Array.Empty<double>())];

    public List<(int Feature, double Gain)> Splits { get; } = [];

    /// <summary>Raw outputs of all rows of the table, trained or not.</summary>
    public void Train(float[] start, float[] means, float[] scales)
    {
        for (int r = 0; r < Outputs.Length; r++)
            Outputs[r] = [.. start.Select(s => (double)s)];
        for (int m = 0; m < options.NumberOfTrees; m++)
        {
            var cells = rows.ToDictionary(r => r, r => Derivatives(r, means, scales));
            double[] hessians = [.. Enumerable.Range(0, _outputs).Select(j => cells.Values.Sum(c => c.H[j]))];
            double mean = hessians.Average();
            double[] weights = [.. table.Tasks.SelectMany(t => Enumerable.Repeat((double)t.Weight, t.OutputCount))];
            double[] scale = [.. hessians.Select((h, j) => Math.Sqrt(weights[j] * mean / h))];
            Grow(cells, scale);
        }
    }

    private void Grow(Dictionary<int, (double[] G, double[] H)> cells, double[] scale)
    {
        var root = new Node { Rows = rows, All = [.. Enumerable.Range(0, table.RowCount)] };
        var leaves = new List<Node> { root };
        Search(root, cells, scale);
        while (leaves.Count < options.NumberOfLeaves)
        {
            Node best = leaves.MaxBy(l => l.Gain)!;
            if (best.Gain <= 0)
                break;
            Splits.Add((best.Feature, best.Gain));
            var (left, right) = (Child(best, true), Child(best, false));
            leaves[leaves.IndexOf(best)] = left;
            leaves.Add(right);
            Search(left, cells, scale);
            Search(right, cells, scale);
        }
        foreach (Node leaf in leaves)
            for (int j = 0; j < _outputs; j++)
            {
                Node from = leaf;
                while (from.Rows.Sum(r => cells[r].H[j]) == 0)
                    from = from.Parent!;
                double value = -options.LearningRate * from.Rows.Sum(r => cells[r].G[j])
                    / (from.Rows.Sum(r => cells[r].H[j]) + options.L2Regularization);
                foreach (int r in leaf.All)
                    Outputs[r][j] += value;
            }
    }

    private Node Child(Node node, bool left) => new()
    {
        Parent = node, Rows = [.. node.Rows.Where(r => GoesLeft(node, r) == left)],
        All = [.. node.All.Where(r => GoesLeft(node, r) == left)],
    };

    private bool GoesLeft(Node node, int row)
    {
        float x = table.FeatureRow(row)[node.Feature];
        return float.IsNaN(x) ? node.MissingLeft : x <= node.Threshold;
    }

    private void Search(Node node, Dictionary<int, (double[] G, double[] H)> cells, double[] scale)
    {
        for (int f = 0; f < table.FeatureCount; f++)
        {
            float[] values = [.. node.Rows.Select(r => table.FeatureRow(r)[f]).Where(x => !float.IsNaN(x)).Distinct()];
            bool missing = node.Rows.Any(r => float.IsNaN(table.FeatureRow(r)[f]));
            foreach (float threshold in values)
                foreach (bool missingLeft in missing ? [false, true] : new[] { false })
                {
                    var trial = new Node { Feature = f, Threshold = threshold, MissingLeft = missingLeft };
                    int[] left = [.. node.Rows.Where(r => GoesLeft(trial, r))];
                    int[] right = [.. node.Rows.Where(r => !GoesLeft(trial, r))];
                    if (Math.Min(left.Length, right.Length) < options.MinimumExampleCountPerLeaf)
                        continue;
                    double gain = Value(left, cells, scale) + Value(right, cells, scale)
                        - Value(node.Rows, cells, scale);
                    if (gain > node.Gain)
                    {
                        // Where none was missing, rows without a value go with the most.
                        bool side = missing ? missingLeft : 2 * left.Length > node.Rows.Length;
                        (node.Gain, node.Feature, node.MissingLeft) = (gain, f, side);
                        node.Threshold = Middle(threshold, f);
                    }
                }
        }
    }

    // Thresholds are midway between the neighbouring values of all training rows.
    private float Middle(float value, int feature)
    {
        float next = rows.Select(r => table.FeatureRow(r)[feature]).Where(x => x > value)
            .DefaultIfEmpty(float.MaxValue).Min();
        return next == float.MaxValue ? next : (float)(((double)value + next) / 2);
    }

    private double Value(int[] part, Dictionary<int, (double[] G, double[] H)> cells, double[] scale)
    {
        double mass = part.Sum(r => cells[r].H.Average()), sum = 0;
        for (int j = 0; j < _outputs; j++)
            sum += Math.Pow(scale[j] * part.Sum(r => cells[r].G[j]), 2);
        return sum / (mass + options.L2Regularization);
    }

    private (double[] G, double[] H) Derivatives(int row, float[] means, float[] scales)
    {
        double[] g = new double[_outputs], h = new double[_outputs];
        for (int t = 0, from = 0; t < table.Tasks.Count; from += table.Tasks[t++].OutputCount)
        {
            double weight = table.Weight(row, t), label = table.Label(row, t);
            if (weight == 0)
                continue;
            int count = table.Tasks[t].OutputCount;
            double[] z = Outputs[row][from..(from + count)];
            if (table.Tasks[t].Kind == TaskKind.Regression)
                (g[from], h[from]) = (weight * (z[0] - (label - means[t]) / scales[t]), weight);
            else if (table.Tasks[t].Kind == TaskKind.Binary)
            {
                double p = 1 / (1 + Math.Exp(-z[0]));
                (g[from], h[from]) = (weight * (p - label), weight * p * (1 - p));
            }
            else
                for (int k = 0; k < count; k++)
                {
                    double p = Math.Exp(z[k]) / z.Sum(Math.Exp);
                    g[from + k] = weight * (p - (k == (int)label ? 1 : 0));
                    h[from + k] = weight * p * (1 - p) * count / (count - 1);
                }
        }
        return (g, h);
    }

    private sealed class Node
    {
        public Node? Parent;
        public int[] Rows = [];
        public int[] All = [];
        public double Gain;
        public int Feature;
        public float Threshold;
        public bool MissingLeft;
    }
}
