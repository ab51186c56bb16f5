using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// CoBa (Gong et al. 2024, eq. 4–7): weights by how the tasks' validation losses converge, epoch by epoch. Tasks that
/// converge slowly gain weight (relative score); once some task's loss begins to rise, tasks gain by how steadily their
/// own loss falls (absolute score) instead, and the one that rises loses weight.
/// </summary>
public sealed record CoBaWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public override string Name => "coba";

    /// <summary>Epochs of equal weights at first.</summary>
    /// <value>The default value is 4; at least 2.</value>
    public int WarmupEpochs { get; init; } = 4;

    /// <summary>Epochs that slopes are taken over.</summary>
    /// <value>The default value is 10; at least 2.</value>
    public int History { get; init; } = 10;

    /// <summary>How sharply divergence switches from the relative to the absolute score.</summary>
    /// <value>The default value is 5; positive.</value>
    public double Temperature { get; init; } = 5;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings =>
        [("history", History), ("temperature", Temperature), ("warmup-epochs", WarmupEpochs)];

    /// <inheritdoc/>
    public override void Validate()
    {
        WeightingChecks.Check(WarmupEpochs >= 2, nameof(WarmupEpochs), WarmupEpochs, "at least 2");
        WeightingChecks.Check(History >= 2, nameof(History), History, "at least 2");
        WeightingChecks.Check(Temperature > 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature,
            "positive and finite");
    }

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start) => new Run(this, start.Tasks.Count);

    private sealed class Run(CoBaWeighting method, int tasks) : ILossWeighting
    {
        private readonly ConvergenceHistory _history = new(tasks, method.History);
        private readonly double[] _weights = [.. Enumerable.Repeat(1.0, tasks)];

        public int StateLength => tasks + _history.State.Length;

        public void Save(Span<double> state)
        {
            _weights.CopyTo(state);
            _history.State.CopyTo(state[tasks..]);
        }

        public void Restore(ReadOnlySpan<double> state)
        {
            state[..tasks].CopyTo(_weights);
            state[tasks..].CopyTo(_history.State);
        }

        public void EndEpoch(ReadOnlySpan<double> trainLosses, ReadOnlySpan<double> validationLosses)
        {
            _history.Add(validationLosses);
            if (_history.Epochs >= method.WarmupEpochs)
                _history.Weigh(method.Temperature, _weights);
        }

        public void Weigh(in WeightingStep step, Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++)
                weights[i] = _weights[step.Tasks[i]];
            WeightScale.ToTaskCount(weights);
        }
    }
}
