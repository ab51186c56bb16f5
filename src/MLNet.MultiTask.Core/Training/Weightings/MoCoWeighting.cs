using System.Numerics.Tensors;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// MoCo (Fernando et al. 2023, Algorithm 1): MGDA by small steps, λ ← softmax(λ − γₜ·(H + ρI)·λ), on a tracked Gramian
/// H of the tasks' gradients, which removes the bias of single batches. Gradients are taken as Lᵢ·gᵢ/‖gᵢ‖.
/// </summary>
/// <remarks>
/// The paper tracks the gradients, which needs one copy of the trunk per task; here their Gramian is tracked,
/// H ← (1 − βₜ)·H + βₜ·Gₜ, and the newest gradients are combined. βₜ and γₜ fall as 1/√t.
/// </remarks>
public sealed record MoCoWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "moco";

    /// <summary>Share of the newest Gramian in the first step.</summary>
    /// <value>The default value is 0.5; more than 0 and at most 1.</value>
    public double Beta { get; init; } = 0.5;

    /// <summary>Size of the first step on λ.</summary>
    /// <value>The default value is 0.1; positive.</value>
    public double Gamma { get; init; } = 0.1;

    /// <summary>Added to the diagonal of the Gramian.</summary>
    /// <value>The default value is 0; not negative.</value>
    public double Rho { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings =>
        [("beta", Beta), ("gamma", Gamma), ("rho", Rho)];

    /// <inheritdoc/>
    public override void Validate()
    {
        WeightingChecks.Check(Beta is > 0 and <= 1, nameof(Beta), Beta, "more than 0 and at most 1");
        WeightingChecks.Check(Gamma > 0 && double.IsFinite(Gamma), nameof(Gamma), Gamma, "positive and finite");
        WeightingChecks.Check(Rho >= 0 && double.IsFinite(Rho), nameof(Rho), Rho, "finite and not negative");
    }

    private protected override IGradientWeighting Begin(WeightingStart start) => new Run(this, start);

    private sealed class Run(MoCoWeighting method, WeightingStart start) : GramianRun(start)
    {
        private readonly int _all = start.Tasks.Count;
        private readonly TrackedGramian _tracked = new(start.Tasks.Count);
        private readonly double[] _lambda = [.. Enumerable.Repeat(1.0 / start.Tasks.Count, start.Tasks.Count)];

        public override int StateLength => _all + _tracked.Values.Length;

        public override void Save(Span<double> state)
        {
            _lambda.CopyTo(state);
            _tracked.Values.CopyTo(state[_all..]);
        }

        public override void Restore(ReadOnlySpan<double> state)
        {
            state[.._all].CopyTo(_lambda);
            state[_all..].CopyTo(_tracked.Values);
        }

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            int n = weights.Length;
            double decay = 1 / Math.Sqrt(step.Number), kept = 0;
            for (int i = 0; i < n; i++)
                kept += _lambda[step.Tasks[i]];
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                    _tracked.Track(step.Tasks[i], step.Tasks[j], method.Beta * decay,
                        gramian[i * n + j] / (Lengths[i] * Lengths[j]) * step.Losses[i] * step.Losses[j]);
            for (int i = 0; i < n; i++)
            {
                double product = method.Rho * _lambda[step.Tasks[i]];
                for (int j = 0; j < n; j++)
                    product += _tracked[step.Tasks[i], step.Tasks[j]] * _lambda[step.Tasks[j]];
                weights[i] = (_lambda[step.Tasks[i]] - method.Gamma * decay * product) / kept;
            }
            TensorPrimitives.SoftMax(weights, weights);
            // Tasks that are absent keep their share.
            for (int i = 0; i < n; i++)
            {
                _lambda[step.Tasks[i]] = weights[i] * kept;
                weights[i] *= Math.Max(step.Losses[i], LossFloor.Least) / Lengths[i];
            }
        }
    }
}
