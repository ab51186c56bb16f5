using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

/// <summary>The loss of a network written down from its definition, in double precision, row by row.</summary>
internal static class DoubleNetwork
{
    public static double Loss(TrainingProblem problem, NetworkShape shape, double[] parameters, int[] rows)
    {
        double total = 0, present = 0;
        double[][] outputs = [.. rows.Select(row => Outputs(shape, parameters, problem.Table.FeatureRow(row)))];
        for (int t = 0; t < shape.Tasks.Count; t++)
        {
            double sum = 0, weight = 0;
            for (int r = 0; r < rows.Length; r++)
            {
                double w = problem.Table.Weight(rows[r], problem.TaskIndices[t]);
                if (w == 0)
                    continue;
                double y = (problem.Table.Label(rows[r], problem.TaskIndices[t]) - (double)problem.Means[t])
                    / problem.Scales[t];
                sum += w
                    * TaskLoss(shape.Tasks[t], outputs[r].AsSpan(shape.OutputOffset(t), shape.Tasks[t].OutputCount), y);
                weight += w;
            }
            if (weight == 0)
                continue;
            total += shape.Tasks[t].Weight * sum / weight;
            present += shape.Tasks[t].Weight;
        }
        return total / present;
    }

    public static double[] Outputs(NetworkShape shape, double[] parameters, ReadOnlySpan<float> features)
    {
        double[] values = new double[features.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = features[i];
        double[] direct = values;
        for (int l = 0; l < shape.LayerCount; l++)
        {
            LayerShape layer = shape.Layer(l);
            var next = new double[layer.Outputs];
            for (int o = 0; o < layer.Outputs; o++)
            {
                next[o] = parameters[layer.BiasOffset + o];
                for (int i = 0; i < layer.Inputs; i++)
                    next[o] += parameters[layer.WeightOffset + o * layer.Inputs + i] * values[i];
            }
            if (layer.IsNormalized)
                Normalize(next, parameters, layer);
            if (l < shape.LayerCount - 1)
                for (int o = 0; o < next.Length; o++)
                    next[o] = Math.Max(0, next[o]);
            values = next;
        }
        for (int o = 0; shape.LinearSkip && o < values.Length; o++)
            for (int i = 0; i < direct.Length; i++)
                values[o] += parameters[parameters.Length - (values.Length - o) * direct.Length + i] * direct[i];
        return values;
    }

    private static void Normalize(double[] values, double[] parameters, LayerShape layer)
    {
        double mean = values.Average(), variance = values.Average(v => (v - mean) * (v - mean));
        for (int o = 0; o < values.Length; o++)
            values[o] = parameters[layer.GainOffset + o] * (values[o] - mean) / Math.Sqrt(variance + 1e-5)
                + parameters[layer.ShiftOffset + o];
    }

    private static double TaskLoss(TaskInfo task, ReadOnlySpan<double> z, double y)
    {
        switch (task.Kind)
        {
            case TaskKind.Binary:
                return Math.Log(1 + Math.Exp(-(2 * y - 1) * z[0]));
            case TaskKind.Multiclass:
                double sum = 0;
                foreach (double zk in z)
                    sum += Math.Exp(zk);
                return Math.Log(sum) - z[(int)y];
            default:
                return (z[0] - y) * (z[0] - y);
        }
    }
}
