using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>Every task counts as its own weight says: the mean of the losses.</summary>
public sealed record EqualWeighting : TaskWeighting, ILossWeighting
{
    internal static EqualWeighting Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "equal";

    /// <inheritdoc/>
    public override IWeightingRun Start(WeightingStart start) => this;

    /// <summary>Gives 1 to every task.</summary>
    public void Weigh(in WeightingStep step, Span<double> weights) => weights.Fill(1);
}
