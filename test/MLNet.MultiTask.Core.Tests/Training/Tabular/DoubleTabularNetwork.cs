using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Tabular;

/// <summary>The loss of a tabular network written down from its definition, in double precision, row by row.</summary>
internal static class DoubleTabularNetwork
{
    public static double Loss(TrainingProblem problem, TabularNetwork network, double[] parameters, int[] rows,
        double smoothing)
    {
        double mean = 0;
        for (int i = 0; i < network.Shape.Members; i++)
            mean += MemberLoss(problem, network, parameters, rows, smoothing, i) / network.Shape.Members;
        return mean;
    }

    private static double MemberLoss(TrainingProblem problem, TabularNetwork network, double[] parameters, int[] rows,
        double smoothing, int member)
    {
        double total = 0, present = 0;
        double[][] outputs =
            [.. rows.Select(row => Outputs(network, parameters, problem.Table.FeatureRow(row), member))];
        for (int t = 0; t < problem.Tasks.Count; t++)
        {
            double sum = 0, weight = 0;
            for (int r = 0; r < rows.Length; r++)
            {
                double w = problem.Table.Weight(rows[r], problem.TaskIndices[t]);
                if (w == 0)
                    continue;
                double y = (problem.Table.Label(rows[r], problem.TaskIndices[t]) - (double)problem.Means[t])
                    / problem.Scales[t];
                sum += w * TaskLoss(problem.Tasks[t], outputs[r].AsSpan(network.OutputOffset(t),
                    problem.Tasks[t].OutputCount), y, smoothing);
                weight += w;
            }
            if (weight == 0)
                continue;
            total += problem.Tasks[t].Weight * sum / weight;
            present += problem.Tasks[t].Weight;
        }
        return total / present;
    }

    public static double[] Outputs(TabularNetwork network, double[] p, ReadOnlySpan<float> features,
        int member = 0)
    {
        TabularShape shape = network.Shape;
        var slots = new List<double>();
        var scaled = new float[features.Length];
        network.Scaling.Apply(features, scaled);
        for (int c = 0; c < shape.FeatureCount; c++)
            slots.AddRange(!shape.IsEmbedded(c) ? [scaled[c]] : shape.Embedding == FeatureEmbedding.Periodic
                ? Periodic(p, shape.EmbeddingOffset(c), scaled[c])
                : PiecewiseLinear(p, shape.EmbeddingOffset(c), network.Edges[c], scaled[c]));
        double[] values = [.. slots.Select((s, i) => s * p[shape.DiagonalOffset + i]
            * (shape.Members > 1 ? p[shape.MemberOffset(member) + i] : 1))];
        foreach (TabularLayer layer in shape.Layers)
        {
            var next = new double[layer.Outputs];
            int first = layer.IsHead ? member * layer.Outputs : 0;
            for (int o = 0; o < next.Length; o++)
            {
                for (int i = 0; i < layer.Inputs; i++)
                    next[o] += p[layer.WeightOffset + (first + o) * layer.Inputs + i] * values[i]
                        / Math.Sqrt(layer.Inputs);
                next[o] += p[layer.BiasOffset + first + o];
                for (int c = 0; layer.IsHead && shape.LinearSkip && c < scaled.Length; c++)
                    next[o] += p[shape.SkipOffset + o * scaled.Length + c] * scaled[c] / Math.Sqrt(scaled.Length);
                if (!layer.IsHead)
                    next[o] += p[layer.SlopeOffset + o] * (Activation(shape.Activation, next[o]) - next[o]);
            }
            values = next;
        }
        return values;
    }

    private static double Activation(NetworkActivation kind, double x) => kind == NetworkActivation.Mish
        ? x * Math.Tanh(Math.Log(1 + Math.Exp(x)))
        : 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1));

    private static double[] Periodic(double[] p, int at, double x)
    {
        double[] waves = [.. Enumerable.Range(0, 16)
            .Select(i => Math.Cos(2 * Math.PI * p[at + i] * x + p[at + 16 + i]))];
        return [x, .. Enumerable.Range(0, 3).Select(j =>
            p[at + 80 + j] + waves.Select((wave, i) => wave * p[at + 32 + 16 * j + i]).Sum())];
    }

    private static double[] PiecewiseLinear(double[] p, int at, float[] edges, double x)
    {
        double[] shares = [.. Enumerable.Range(0, edges.Length - 1).Select(m =>
        {
            double share = (x - edges[m]) / (edges[m + 1] - (double)edges[m]);
            share = m > 0 ? Math.Max(0, share) : share;
            return m < edges.Length - 2 ? Math.Min(1, share) : share;
        })];
        return [.. Enumerable.Range(0, 12).Select(j =>
            p[at + j] * x + p[at + 12 + j] + shares.Select((share, m) => share * p[at + 24 + 12 * m + j]).Sum())];
    }

    private static double TaskLoss(TaskInfo task, ReadOnlySpan<double> z, double y, double smoothing)
    {
        switch (task.Kind)
        {
            case TaskKind.Binary:
                double target = y * (1 - smoothing) + smoothing / 2;
                return target * Math.Log(1 + Math.Exp(-z[0])) + (1 - target) * Math.Log(1 + Math.Exp(z[0]));
            case TaskKind.Multiclass:
                double sum = 0, loss = 0;
                foreach (double zk in z)
                    sum += Math.Exp(zk);
                for (int k = 0; k < z.Length; k++)
                    loss -= ((k == (int)y ? 1 - smoothing : 0) + smoothing / z.Length) * (z[k] - Math.Log(sum));
                return loss;
            default:
                return (z[0] - y) * (z[0] - y);
        }
    }
}
