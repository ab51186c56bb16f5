using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>How <see cref="DmtgAffinity"/> trains its trunks and lets tasks choose among them.</summary>
/// <remarks>
/// Of <see cref="TrainedAffinityOptions.Training"/> limits, validation and early stopping are not used: all
/// <see cref="Steps"/> are made.
/// </remarks>
public sealed record DmtgOptions : TrainedAffinityOptions
{
    /// <summary>Trunks K, the most groups.</summary>
    /// <value>The default value is 3; at least 2.</value>
    public int Trunks { get; init; } = 3;

    /// <summary>Steps of training.</summary>
    /// <value>The default value is 600; at least 1.</value>
    public int Steps { get; init; } = 600;

    /// <summary>Step size of Adam on the tasks' choices.</summary>
    /// <value>The default value is 0.02; positive.</value>
    public double ChoiceStepSize { get; init; } = 0.02;

    /// <summary>Temperature of the Gumbel softmax in the first step.</summary>
    /// <value>The default value is 2; positive.</value>
    public double FirstTemperature { get; init; } = 2;

    /// <summary>Temperature in the last step; between them it falls by a constant factor.</summary>
    /// <value>The default value is 0.2; positive and at most <see cref="FirstTemperature"/>.</value>
    public double LastTemperature { get; init; } = 0.2;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        CheckTrunk();
        CheckEqualWeights();
        Check(Training.Sampling.Temperature is null, $"{nameof(Training)}.{nameof(Training.Sampling)}",
            Training.Sampling, "mixed: every task chooses in every batch");
        Check(Trunks >= 2, nameof(Trunks), Trunks, "at least 2");
        Check(Steps >= 1, nameof(Steps), Steps, "at least 1");
        Check(ChoiceStepSize > 0 && double.IsFinite(ChoiceStepSize), nameof(ChoiceStepSize), ChoiceStepSize,
            "positive and finite");
        Check(FirstTemperature > 0 && double.IsFinite(FirstTemperature), nameof(FirstTemperature), FirstTemperature,
            "positive and finite");
        Check(LastTemperature > 0 && LastTemperature <= FirstTemperature, nameof(LastTemperature), LastTemperature,
            $"positive and at most {nameof(FirstTemperature)}");
    }
}
