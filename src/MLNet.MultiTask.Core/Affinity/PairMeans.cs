namespace MLNet.MultiTask.Affinity;

/// <summary>Mean over measurements of a value per ordered pair of tasks; a pair counts only where it was measured.</summary>
internal sealed class PairMeans(IReadOnlyList<TaskInfo> tasks)
{
    private readonly double[] _sums = new double[tasks.Count * tasks.Count];
    private readonly int[] _counts = new int[tasks.Count * tasks.Count];

    public void Add(int target, int source, double value)
    {
        _sums[target * tasks.Count + source] += value;
        _counts[target * tasks.Count + source]++;
    }

    /// <summary>The affinity; 0 for a pair never measured.</summary>
    public TaskAffinity ToAffinity(string method) =>
        new([.. tasks.Select(t => t.Name)], [.. _sums.Select((sum, p) => _counts[p] > 0 ? sum / _counts[p] : 0)], method)
        {
            Diagnostics = new Dictionary<string, double> { ["measurements"] = _counts.Max(), ["minimumPairMeasurements"] = _counts.Min() },
        };
}
