using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>
/// A tabular network as its training begins: shape, edges, ranges and first parameters, from training rows.
/// </summary>
internal static class TabularBuilder
{
    public static TabularNetwork Create(TrainingProblem problem, TabularOptions options, FeatureScaling scaling,
        NetworkActivation activation, ulong seed)
    {
        float[][] edges = Edges(problem, scaling, out bool[] isNumber);
        int[] bins = [.. edges.Select((e, c) => isNumber[c] ? e.Length - 1 : 0)];
        var shape = new TabularShape(problem.Table.FeatureCount, options.Embedding, bins, options.Hidden, activation,
            problem.Tasks, options.Members, options.LinearSkip);
        int[] rows = new RandomStream(seed, "tabular/sample").Permutation(problem.Train.Length);
        int count = Math.Min(rows.Length, TabularInitialization.MostRows(options.Members)),
            features = shape.FeatureCount;
        var pass = new TabularPass(shape, edges, count, training: false);
        for (int r = 0; r < count; r++)
            scaling.Apply(problem.Table.FeatureRow(problem.Train[rows[r]]), pass.Scaled.AsSpan(r * features, features));
        return new TabularNetwork(shape, scaling, edges, TabularInitialization.Create(shape, pass, count, seed),
            [.. problem.Tasks.Select((task, t) => task.Kind == TaskKind.Regression ? Range(problem, t)
                : TargetRange.OfLogits(1))]);
    }

    /// <summary>Per feature the edges of its bins, of scaled values; empty of one with at most two values.</summary>
    private static float[][] Edges(TrainingProblem problem, FeatureScaling scaling, out bool[] isNumber)
    {
        int features = problem.Table.FeatureCount;
        var edges = new float[features][];
        isNumber = new bool[features];
        var all = new float[problem.Table.RowCount];
        for (int c = 0; c < features; c++)
        {
            problem.Table.Features.CopyColumn(c, all);
            float[] values = [.. problem.Train.Select(row => all[row])];
            scaling.Apply(c, values);
            Array.Sort(values);
            edges[c] = PiecewiseLinearEmbedding.Edges(values);
            isNumber[c] = edges[c].Length > 0 && values.Any(v => v != values[0] && v != values[^1]);
            if (!isNumber[c])
                edges[c] = [];
        }
        return edges;
    }

    private static TargetRange Range(TrainingProblem problem, int task)
    {
        float lowest = float.PositiveInfinity, highest = float.NegativeInfinity;
        foreach (int row in problem.Train)
            if (problem.Table.Weight(row, problem.TaskIndices[task]) > 0
                && problem.Table.Label(row, problem.TaskIndices[task]) is var label)
                (lowest, highest) = (Math.Min(lowest, label), Math.Max(highest, label));
        return new TargetRange(problem.Means[task], problem.Scales[task], lowest, highest);
    }
}
