using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Smooth Tchebycheff scalarisation (Lin et al. 2024, eq. 8): descends μ·log Σ (Lᵢ/nᵢ)^(1/μ), a smooth maximum of the
/// losses relative to the nadir nᵢ, a task's mean training loss in the last epoch of the warm-up. Until then
/// Σ log Lᵢ.
/// </summary>
public sealed record StchWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public override string Name => "stch";

    /// <summary>Smoothness; small values follow the worst task alone.</summary>
    /// <value>The default value is 1; positive.</value>
    public double Mu { get; init; } = 1;

    /// <summary>Epochs of the warm-up.</summary>
    /// <value>The default value is 4; at least 1.</value>
    public int WarmupEpochs { get; init; } = 4;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings =>
        [("mu", Mu), ("warmup-epochs", WarmupEpochs)];

    /// <inheritdoc/>
    public override void Validate()
    {
        WeightingChecks.Check(Mu > 0 && double.IsFinite(Mu), nameof(Mu), Mu, "positive and finite");
        WeightingChecks.Check(WarmupEpochs >= 1, nameof(WarmupEpochs), WarmupEpochs, "at least 1");
    }

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start) => new Run(this, start.Tasks.Count);

    private sealed class Run(StchWeighting method, int tasks) : ILossWeighting
    {
        // Nadir per task (0 = none seen), then the number of epochs.
        private readonly double[] _state = new double[tasks + 1];

        public int StateLength => _state.Length;

        public void Save(Span<double> state) => _state.CopyTo(state);

        public void Restore(ReadOnlySpan<double> state) => state.CopyTo(_state);

        public void EndEpoch(ReadOnlySpan<double> trainLosses, ReadOnlySpan<double> validationLosses)
        {
            bool warm = ++_state[tasks] <= method.WarmupEpochs;
            for (int t = 0; t < tasks; t++)
                if (!double.IsNaN(trainLosses[t]) && (warm || _state[t] == 0))
                    _state[t] = Math.Max(trainLosses[t], LossFloor.Least);
        }

        public void Weigh(in WeightingStep step, Span<double> weights)
        {
            bool warm = _state[tasks] < method.WarmupEpochs;
            for (int i = 0; i < weights.Length; i++)
            {
                double loss = Math.Max(step.Losses[i], LossFloor.Least), nadir = _state[step.Tasks[i]];
                weights[i] = warm ? 0 : Math.Log(loss / (nadir > 0 ? nadir : loss)) / method.Mu;
            }
            SoftMax.Replace(weights);
            for (int i = 0; i < weights.Length; i++)
                weights[i] /= Math.Max(step.Losses[i], LossFloor.Least);
            WeightScale.ToTaskCount(weights);
        }
    }
}
