namespace MLNet.MultiTask.Affinity;

/// <summary>
/// What an affinity says about pairs alone: its values less each target's and each source's mean, so that no task is
/// liked or disliked by all. A group's value for a member is the sum over the others.
/// </summary>
internal sealed class PairEffects
{
    private readonly double[] _values;
    private readonly int _tasks;

    private PairEffects(double[] values, int tasks) => (_values, _tasks) = (values, tasks);

    /// <summary>Two-way centred; the diagonal takes no part and is 0.</summary>
    public static PairEffects Of(TaskAffinity affinity)
    {
        int n = affinity.Count;
        var values = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                values[i * n + j] = i == j ? 0 : affinity[i, j];
        // Alternating the two centrings converges to the least-squares fit of the incomplete table.
        for (int sweep = 0; sweep < 20 && n > 2; sweep++)
            for (int side = 0; side < 2; side++)
                for (int a = 0; a < n; a++)
                {
                    int Place(int b) => side == 0 ? a * n + b : b * n + a;
                    double mean = 0;
                    for (int b = 0; b < n; b++)
                        mean += values[Place(b)] / (n - 1);
                    for (int b = 0; b < n; b++)
                        values[Place(b)] -= a == b ? 0 : mean;
                }
        return new PairEffects(values, n);
    }

    /// <summary>Effect of source on target.</summary>
    public double this[int target, int source] => _values[target * _tasks + source];

    /// <summary>Per member the sum of what the others do to it.</summary>
    public double[] Of(int[] members) =>
        [.. members.Select(i => members.Sum(j => _values[i * _tasks + j]))];

    /// <summary>
    /// Pearson correlation with those of another affinity of the same tasks; 0 where one is constant.
    /// </summary>
    public double Correlation(PairEffects other)
    {
        int[] pairs = [.. Enumerable.Range(0, _values.Length).Where(p => p % (_tasks + 1) != 0)];
        double value =
            SubsetValues.Pearson([.. pairs.Select(p => _values[p])], [.. pairs.Select(p => other._values[p])]);
        return double.IsNaN(value) ? 0 : value;
    }
}
