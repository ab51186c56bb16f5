using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Fixed weights: linear scalarisation. Well-chosen ones match far costlier methods (Xin et al. 2022).
/// </summary>
public sealed record FixedWeighting : TaskWeighting
{
    private readonly SortedDictionary<string, double> _weights = new(StringComparer.Ordinal);

    /// <summary>Takes weights by task name; only their ratios matter.</summary>
    /// <param name="weights">One for every task that is trained; finite and positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A weight is not finite or not positive.</exception>
    public FixedWeighting(IEnumerable<KeyValuePair<string, double>> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach ((string task, double weight) in weights)
        {
            WeightingChecks.Check(weight > 0 && double.IsFinite(weight), $"Weight of task '{task}'", weight,
                "positive and finite");
            _weights.Add(task, weight);
        }
    }

    /// <inheritdoc/>
    public override string Name => "fixed";

    /// <summary>The weights by task name.</summary>
    public IReadOnlyDictionary<string, double> Weights => _weights;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings =>
        _weights.Select(w => (w.Key, (object)w.Value));

    /// <inheritdoc/>
    public bool Equals(FixedWeighting? other) => other is not null && _weights.SequenceEqual(other._weights);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        string[] missing = [.. start.Tasks.Select(t => t.Name).Where(t => !_weights.ContainsKey(t))];
        return missing.Length == 0 ? new Run([.. start.Tasks.Select(t => _weights[t.Name])])
            : throw new ArgumentException($"Weighting 'fixed' has no weight for {string.Join(", ",
                missing.Select(t => $"'{t}'"))}; every task that is trained needs one", nameof(start));
    }

    private sealed class Run(double[] weights) : ILossWeighting
    {
        public void Weigh(in WeightingStep step, Span<double> given)
        {
            for (int i = 0; i < given.Length; i++)
                given[i] = weights[step.Tasks[i]];
            WeightScale.ToTaskCount(given);
        }
    }
}
