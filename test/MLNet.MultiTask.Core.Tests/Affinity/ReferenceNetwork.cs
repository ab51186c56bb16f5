using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Tests.Affinity;

/// <summary>
/// A shared-bottom network in double precision, written anew from the definitions: the oracle of derivative tests.
/// </summary>
internal static class ReferenceNetwork
{
    public static double[] Parameters(SharedBottomNetwork network) => [.. network.Parameters.Select(p => (double)p)];

    /// <summary>Raw outputs of one row.</summary>
    public static double[] Outputs(NetworkShape shape, double[] parameters, ReadOnlySpan<float> features)
    {
        var a = new double[features.Length];
        for (int i = 0; i < a.Length; i++)
            a[i] = features[i];
        double[] x = a;
        for (int l = 0; l < shape.LayerCount; l++)
        {
            var layer = shape.Layer(l);
            var z = new double[layer.Outputs];
            for (int o = 0; o < z.Length; o++)
            {
                z[o] = parameters[layer.BiasOffset + o];
                for (int i = 0; i < a.Length; i++)
                    z[o] += parameters[layer.WeightOffset + o * a.Length + i] * a[i];
            }
            if (layer.IsNormalized)
            {
                double mean = z.Average(), deviation = Math.Sqrt(z.Average(v => (v - mean) * (v - mean)) + 1e-5);
                for (int o = 0; o < z.Length; o++)
                    z[o] = parameters[layer.GainOffset + o] * ((z[o] - mean) / deviation)
                        + parameters[layer.ShiftOffset + o];
            }
            for (int o = 0; o < z.Length && l < shape.LayerCount - 1; o++)
                z[o] = Math.Max(0, z[o]);
            a = z;
        }
        int skip = parameters.Length - a.Length * x.Length;
        for (int o = 0; o < a.Length && shape.LinearSkip; o++)
            a[o] += x.Select((v, i) => parameters[skip + o * x.Length + i] * v).Sum();
        return a;
    }

    /// <summary>Logit signed by the label, true-class margin, or standardised prediction.</summary>
    public static double Value(SharedBottomNetwork network, double[] parameters, TaskTable table, int row, int task)
    {
        double[] z = Outputs(network.Shape, parameters, table.FeatureRow(row));
        int first = network.Shape.OutputOffset(task);
        TaskInfo info = table.Tasks[task];
        if (info.Kind == TaskKind.Regression)
            return z[first];
        if (info.Kind == TaskKind.Binary)
            return table.Label(row, task) == 1 ? z[first] : -z[first];
        int y = (int)table.Label(row, task);
        double others = Enumerable.Range(0, info.OutputCount).Where(k => k != y).Sum(k => Math.Exp(z[first + k]));
        return z[first + y] - Math.Log(others);
    }

    /// <summary>
    /// Logistic loss, cross entropy or squared error of the standardised target, by their textbook formulas.
    /// </summary>
    public static double Loss(SharedBottomNetwork network, double[] parameters, TaskTable table, int row, int task)
    {
        double[] z = Outputs(network.Shape, parameters, table.FeatureRow(row));
        int first = network.Shape.OutputOffset(task);
        TaskInfo info = table.Tasks[task];
        double y = table.Label(row, task);
        if (info.Kind == TaskKind.Binary)
            return Math.Log(1 + Math.Exp(z[first])) - y * z[first];
        if (info.Kind == TaskKind.Regression)
            return Math.Pow((y - network.TargetMeans[task]) / network.TargetScales[task] - z[first], 2);
        return Math.Log(Enumerable.Range(0, info.OutputCount).Sum(k => Math.Exp(z[first + k]))) - z[first + (int)y];
    }

    /// <summary>Mean loss of a task over rows where it is observed, weighted.</summary>
    public static double MeanLoss(SharedBottomNetwork network, double[] parameters, TaskTable table,
        IEnumerable<int> rows, int task)
    {
        double sum = 0, weight = 0;
        foreach (int row in rows.Where(r => table.IsObserved(r, task)))
        {
            sum += table.Weight(row, task) * Loss(network, parameters, table, row, task);
            weight += table.Weight(row, task);
        }
        return sum / weight;
    }
}
