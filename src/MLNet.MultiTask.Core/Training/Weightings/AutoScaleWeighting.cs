using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// AutoScale (Yang et al. 2025): fixed weights found in a short first phase, then plain training. Of the measures that
/// good fixed weights show, the first phase makes the gradients' lengths alike: every step's weights 1/‖gᵢ‖, scaled to
/// the common sum, are averaged and then kept.
/// </summary>
public sealed record AutoScaleWeighting : GradientWeighting
{
    /// <inheritdoc/>
    public override string Name => "autoscale";

    /// <summary>Share of the training's steps that the first phase takes.</summary>
    /// <value>The default value is 0.05; more than 0 and less than 1.</value>
    public double Exploration { get; init; } = 0.05;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("exploration", Exploration)];

    /// <inheritdoc/>
    public override void Validate() => WeightingChecks.Check(Exploration is > 0 and < 1,
        nameof(Exploration), Exploration, "more than 0 and less than 1");

    private protected override IGradientWeighting Begin(WeightingStart start) =>
        new Run(start, Math.Max(1, (long)(Exploration * start.TotalSteps)));

    private sealed class Run(WeightingStart start, long exploration) : GramianRun(start)
    {
        // Per task: Σ of weights, number of weights.
        private readonly double[] _state = new double[2 * start.Tasks.Count];

        public override int StateLength => _state.Length;

        public override bool NeedsGramian(int step) => step <= exploration;

        public override void Save(Span<double> state) => _state.CopyTo(state);

        public override void Restore(ReadOnlySpan<double> state) => state.CopyTo(_state);

        protected override void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
            Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++)
                weights[i] = 1 / Lengths[i];
            WeightScale.ToTaskCount(weights);
            for (int i = 0; i < weights.Length; i++)
            {
                _state[step.Tasks[i]] += weights[i];
                _state[TaskCount + step.Tasks[i]]++;
            }
        }

        // A task that the first phase did not see counts as the others do on average.
        protected override void WeighWithout(in WeightingStep step, Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                double count = _state[TaskCount + step.Tasks[i]];
                weights[i] = count > 0 ? _state[step.Tasks[i]] / count : 1;
            }
        }
    }
}
