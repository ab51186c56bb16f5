using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>How <see cref="TorchGradTagAffinity"/> estimates.</summary>
public sealed record TorchGradTagOptions : AffinityOptions
{
    /// <summary>The module, and how the base modules are trained; seeds are derived from
    /// <see cref="AffinityOptions.Seed"/>.</summary>
    /// <value>The default value is the defaults of <see cref="TorchModuleOptions"/>.</value>
    public TorchModuleOptions Module { get; init; } = new();

    /// <summary>Modules that are trained on all tasks, from different seeds; predictions are their mean.</summary>
    /// <value>The default value is 2; at least 1.</value>
    public int Bases { get; init; } = 2;

    /// <summary>Epochs of fine-tuning on a subset that are predicted.</summary>
    /// <value>The default value is 4; at least 1. Not looked at where <see cref="Lambda"/> is set.</value>
    public int FineTuningEpochs { get; init; } = 4;

    /// <summary>Ridge penalty of a step in Euclid's metric.</summary>
    /// <value>The default value is null: AdamW's metric, and as far as <see cref="FineTuningEpochs"/> get.
    /// Positive.</value>
    public double? Lambda { get; init; }

    /// <summary>The directions of the shared parameters in which steps are sought.</summary>
    /// <value>The default value is <see cref="GradTagSubspace.Krylov"/>; <see cref="GradTagSubspace.Whole"/> is for the
    /// library's own networks only.</value>
    public GradTagSubspace Subspace { get; init; } = GradTagSubspace.Krylov;

    /// <summary>Directions of a random subspace.</summary>
    /// <value>The default value is 200; at least 1.</value>
    public int RandomDimension { get; init; } = 200;

    /// <summary>Most directions of the Krylov basis.</summary>
    /// <value>The default value is 128; at least 1.</value>
    public int MaxDimension { get; init; } = 128;

    /// <summary>How a subset's losses follow from its step.</summary>
    /// <value>The default value is <see cref="SubsetEvaluation.Forward"/>; or
    /// <see cref="SubsetEvaluation.Linearized"/>, without a forward pass per subset.</value>
    public SubsetEvaluation Evaluation { get; init; } = SubsetEvaluation.Forward;

    /// <summary>Tasks in a sampled subset.</summary>
    /// <value>The default value is null: a third of the tasks, at least 3 and at most 10. From 2 to the number of
    /// tasks.</value>
    public int? SubsetSize { get; init; }

    /// <summary>Fewest subsets.</summary>
    /// <value>The default value is 1,000; not negative.</value>
    public int Subsets { get; init; } = 1000;

    /// <summary>Fewest subsets that hold a pair of tasks.</summary>
    /// <value>The default value is 8; at least 1.</value>
    public int PairCoverage { get; init; } = 8;

    /// <summary>Whether a task's gains are in units of the spread of its losses over the subsets.</summary>
    /// <value>The default value is true.</value>
    public bool Standardize { get; init; } = true;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Module);
        Module.Validate();
        Check(Module.Training.EarlyStopping == EarlyStopping.Macro,
            $"{nameof(Module)}.{nameof(TrainingOptions.EarlyStopping)}",
            Module.Training.EarlyStopping, "Macro: a base module is one for all tasks");
        Check(Bases >= 1, nameof(Bases), Bases, "at least 1");
        Check(FineTuningEpochs >= 1, nameof(FineTuningEpochs), FineTuningEpochs, "at least 1");
        Check(Lambda is null || (Lambda > 0 && double.IsFinite(Lambda.Value)), nameof(Lambda), Lambda,
            "positive and finite, or null");
        Check(Enum.IsDefined(Subspace) && Subspace != GradTagSubspace.Whole, nameof(Subspace), Subspace,
            "Krylov, Rademacher or Kronecker for a module");
        Check(RandomDimension >= 1, nameof(RandomDimension), RandomDimension, "at least 1");
        Check(MaxDimension >= 1, nameof(MaxDimension), MaxDimension, "at least 1");
        Check(Evaluation is SubsetEvaluation.Forward or SubsetEvaluation.Linearized, nameof(Evaluation), Evaluation,
            "Forward or Linearized for a module");
        Check(SubsetSize is null or >= 2, nameof(SubsetSize), SubsetSize, "at least 2, or null");
        Check(Subsets >= 0, nameof(Subsets), Subsets, "not negative");
        Check(PairCoverage >= 1, nameof(PairCoverage), PairCoverage, "at least 1");
    }

    private static void Check(bool ok, string name, object? value, string range)
    {
        if (!ok)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}");
    }
}
