using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Dynamic weight average (Liu, Johns, Davison 2019, eq. 7): tasks whose training loss falls slowly gain weight,
/// softmax(r/temperature) with rᵢ the ratio of the last two epochs' mean losses. Equal in the first two epochs.
/// </summary>
public sealed record DwaWeighting : TaskWeighting
{
    /// <inheritdoc/>
    public override string Name => "dwa";

    /// <summary>Softness of the weights.</summary>
    /// <value>The default value is 2; positive.</value>
    public double Temperature { get; init; } = 2;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object Value)> Settings => [("temperature", Temperature)];

    /// <inheritdoc/>
    public override void Validate() => WeightingChecks.Check(Temperature > 0 && double.IsFinite(Temperature),
        nameof(Temperature), Temperature, "positive and finite");

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start) => new Run(Temperature, start.Tasks.Count);

    private sealed class Run(double temperature, int tasks) : ILossWeighting
    {
        // Mean losses of the last epoch and the one before; NaN = none.
        private readonly double[] _losses = [.. Enumerable.Repeat(double.NaN, 2 * tasks)];

        public int StateLength => _losses.Length;

        public void Save(Span<double> state) => _losses.CopyTo(state);

        public void Restore(ReadOnlySpan<double> state) => state.CopyTo(_losses);

        public void EndEpoch(ReadOnlySpan<double> trainLosses, ReadOnlySpan<double> validationLosses)
        {
            for (int t = 0; t < tasks; t++)
                if (!double.IsNaN(trainLosses[t]))
                    (_losses[tasks + t], _losses[t]) = (_losses[t], Math.Max(trainLosses[t], LossFloor.Least));
        }

        public void Weigh(in WeightingStep step, Span<double> weights)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                double ratio = _losses[step.Tasks[i]] / _losses[tasks + step.Tasks[i]];
                weights[i] = (double.IsNaN(ratio) ? 1 : ratio) / temperature;
            }
            SoftMax.Replace(weights);
            WeightScale.ToTaskCount(weights);
        }
    }
}
