using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>
/// What Grad-TAG has in common on networks of other kinds, where it says what fine-tuning of finished base networks
/// would give.
/// </summary>
public abstract record FineTuningGradTagOptions : AffinityOptions
{
    /// <summary>Takes the default of <see cref="Bases"/>.</summary>
    /// <param name="bases">Base networks.</param>
    protected FineTuningGradTagOptions(int bases) => Bases = bases;

    /// <summary>Networks that are trained on all tasks, from different seeds; predictions are their mean.</summary>
    /// <value>The default value is 4 for tabular networks, 2 for modules; at least 1.</value>
    public int Bases { get; init; }

    /// <summary>Epochs of fine-tuning on a subset that are predicted.</summary>
    /// <value>The default value is 4; at least 1. Not looked at where <see cref="Lambda"/> is set.</value>
    public int FineTuningEpochs { get; init; } = 4;

    /// <summary>Ridge penalty of a step in Euclid's metric.</summary>
    /// <value>The default value is null: Adam's metric, and as far as <see cref="FineTuningEpochs"/> get. Positive.
    /// </value>
    public double? Lambda { get; init; }

    /// <summary>The directions of the shared parameters in which steps are sought.</summary>
    /// <value>The default value is <see cref="GradTagSubspace.Krylov"/>; or <see cref="GradTagSubspace.Rademacher"/>,
    /// and for modules <see cref="GradTagSubspace.Kronecker"/>.</value>
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
        Check(Bases >= 1, nameof(Bases), Bases, "at least 1");
        Check(FineTuningEpochs >= 1, nameof(FineTuningEpochs), FineTuningEpochs, "at least 1");
        Check(Lambda is null || (Lambda > 0 && double.IsFinite(Lambda.Value)), nameof(Lambda), Lambda,
            "positive and finite, or null");
        Check(RandomDimension >= 1, nameof(RandomDimension), RandomDimension, "at least 1");
        Check(MaxDimension >= 1, nameof(MaxDimension), MaxDimension, "at least 1");
        Check(Evaluation is SubsetEvaluation.Forward or SubsetEvaluation.Linearized, nameof(Evaluation), Evaluation,
            "Forward or Linearized; other evaluations are for shared-bottom networks");
        AffinitySubsets.Validate(SubsetSize, Subsets, PairCoverage);
    }
}
