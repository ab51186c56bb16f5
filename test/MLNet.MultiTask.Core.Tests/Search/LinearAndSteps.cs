namespace MLNet.MultiTask.Tests.Search;

/// <summary>
/// Planted data whose groups want different learners: two tasks are linear in twelve features, two are steps in two of
/// them, of which a linear model sees nothing.
/// </summary>
internal static class LinearAndSteps
{
    public const int Features = 12;

    public static TaskTable Table(int rows, ulong seed)
    {
        var stream = new RandomStream(seed, "linear and steps");
        double[] slopes = [.. Enumerable.Range(0, Features).Select(_ => stream.NextNormal())];
        double[] others = [.. slopes.Select(s => s + 0.2 * stream.NextNormal())];
        var features = new float[rows * Features];
        var labels = new float[rows * 4];
        for (int r = 0; r < rows; r++)
        {
            for (int f = 0; f < Features; f++)
                features[r * Features + f] = (float)stream.NextNormal();
            ReadOnlySpan<float> x = features.AsSpan(r * Features, Features);
            double a = 0, b = 0, steps = (x[0] > 0) == (x[1] > 0) ? 2 : -2;
            for (int f = 0; f < Features; f++)
                (a, b) = (a + slopes[f] * x[f], b + others[f] * x[f]);
            double[] all = [a, b, steps, steps + (x[2] > 0.5f ? 0.5 : 0)];
            for (int t = 0; t < 4; t++)
                labels[r * 4 + t] = (float)(all[t] + 0.5 * stream.NextNormal());
        }
        return new TaskTable(features, Features,
            [.. Enumerable.Range(0, 4).Select(t => new TaskInfo($"t{t}", TaskKind.Regression))], labels);
    }

    /// <summary>A sweep over linear models and small forests.</summary>
    public static SweepOptions Options(ulong seed) => new()
    {
        Learners = [new("linear", _ => new LinearLearner()), new("trees", chosen => new BoostedTreesLearner(new()
        {
            NumberOfTrees = 60, NumberOfLeaves = int.Parse(chosen["leaves"],
                System.Globalization.CultureInfo.InvariantCulture), MinimumExampleCountPerLeaf = 5, LearningRate = 0.1,
        }), new SweepSetting("leaves", ["8", "3"]))],
        Folds = 3, Seed = seed, StopLosers = true,
    };
}
