using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>How <see cref="Affinity.GradTagAffinity"/> estimates.</summary>
public sealed record GradTagOptions : TrainedAffinityOptions
{
    /// <summary>Base networks, from different initial weights, whose estimates are averaged.</summary>
    /// <value>The default value is 4; at least 1.</value>
    public int Bases { get; init; } = 4;

    /// <summary>
    /// Epochs after which a base network is taken. What the affinity means depends on it: from the best epoch it
    /// follows fine-tuning of a finished network, from an early epoch it follows learning from the start.
    /// </summary>
    /// <value>The default value is null: the epoch with the best validation loss. At least 1.</value>
    public int? BaseEpochs { get; init; }

    /// <summary>Which stage is taken where <see cref="BaseEpochs"/> is null.</summary>
    /// <value>The default value is <see cref="BaseStage.Automatic"/>.</value>
    public BaseStage Stage { get; init; } = BaseStage.Automatic;

    /// <summary>
    /// Where the early and the automatic stage are: share of the whole fall of the mean validation loss.
    /// </summary>
    /// <value>The default value is 0.4, which found planted groups most reliably. Above 0 and below 1.</value>
    public double StageShare { get; init; } = 0.4;

    /// <summary>
    /// Whether an early and the best stage of the base runs are compared: diagnostic "stageAgreement", and a warning
    /// where a late stage is taken and the two correlate negatively. It takes about a seventh of the time of an
    /// estimate.
    /// </summary>
    /// <value>The default value is true.</value>
    public bool CompareStages { get; init; } = true;

    /// <summary>The late stage that the automatic one joins with the early one: share of the same fall.</summary>
    /// <value>The default value is 0.95. Above 0 and below 1.</value>
    public double LateStageShare { get; init; } = 0.95;

    /// <summary>Groups of tasks really trained from fresh weights with the automatic stage, once each.</summary>
    /// <value>The default value is 60; at least 12. Up to six tasks, every group is trained.</value>
    public int Probes { get; init; } = 60;

    /// <summary>Real runs of every group where there are up to six tasks.</summary>
    /// <value>The default value is null: two, and more up to three tasks, so that there are about thirty in all. At
    /// least 1.</value>
    public int? ProbeRuns { get; init; }

    /// <summary>
    /// Epochs without any progress that end a real run. A few runs have the patience of <see cref="TrainingOptions"/>:
    /// while they would lose more than 1 % of their losses by less, it is doubled, and they tell what the others still
    /// lack. Who suits whom is asked of the runs up to this patience; groups that compete in the end have twice as
    /// much.
    /// </summary>
    /// <value>The default value is 5; at least 1.</value>
    public int ProbePatience { get; init; } = 5;

    /// <summary>Epochs of fine-tuning that a subset's step predicts.</summary>
    /// <value>The default value is null: 12 with the automatic stage, otherwise the median best epoch of the subsets
    /// fine-tuned for real (<see cref="CalibrationProbes"/>), from 2 to 20. At least 1.</value>
    public int? FineTuningEpochs { get; init; }

    /// <summary>Ridge penalty λ of mean loss + ½λ‖w‖², the norm that of <see cref="Geometry"/>.</summary>
    /// <value>
    /// The default value is null: the one that agrees best with the subsets fine-tuned for real; for AdamW's norm
    /// around 1/(η·n), which n steps of learning rate η reach. Positive.
    /// </value>
    public double? Lambda { get; init; }

    /// <summary>Subsets fine-tuned for real to set the length of steps, where <see cref="Lambda"/> is null.</summary>
    /// <value>The default value is 12; at least 1. Fewer tasks may have fewer subsets.</value>
    public int CalibrationProbes { get; init; } = 12;

    /// <summary>What the length of steps is matched on.</summary>
    /// <value>The default value is <see cref="CalibrationCriterion.Balanced"/>.</value>
    public CalibrationCriterion Calibration { get; init; } = CalibrationCriterion.Balanced;

    /// <summary>In which metric a step is short.</summary>
    /// <value>The default value is <see cref="StepGeometry.AdamW"/>.</value>
    public StepGeometry Geometry { get; init; } = StepGeometry.AdamW;

    /// <summary>How the step of a subset is found.</summary>
    /// <value>The default value is <see cref="GradTagSolver.OneStep"/>.</value>
    public GradTagSolver Solver { get; init; } = GradTagSolver.OneStep;

    /// <summary>
    /// Longest step of the shared layers, as a share of the norm of their weights; longer ones are shortened, heads
    /// alike.
    /// </summary>
    /// <value>The default value is null: no limit. Positive.</value>
    public double? TrustRadius { get; init; }

    /// <summary>
    /// Lengths, as shares of the norm of the shared layers' weights, for which diagnostics "linearizationError@R" tell
    /// how far the linearised outputs are from the real ones when steps are brought to them: Σ (u + g·Δ − u')² / Σ
    /// max(|u|, |u'|)² over validation rows.
    /// </summary>
    /// <value>The default value is empty; only the error of the steps as they are, "linearizationError", is measured.
    /// Positive.</value>
    public IReadOnlyList<double> LinearizationRadii { get; init; } = [];

    /// <summary>
    /// Most bytes that kept features (Newton, L-BFGS and legacy solver; linearised evaluation) or statistics (one step;
    /// quadratic evaluation) of one base network may take.
    /// </summary>
    /// <value>The default value is 2³¹, 2 GiB; at least 1.</value>
    public long FeatureMemory { get; init; } = 1L << 31;

    /// <summary>Where steps are sought.</summary>
    /// <value>The default value is <see cref="GradTagSubspace.Krylov"/>. The Kronecker sketch takes Euclidean geometry
    /// only.</value>
    public GradTagSubspace Subspace { get; init; } = GradTagSubspace.Krylov;

    /// <summary>Dimensions of a random subspace.</summary>
    /// <value>The default value is 200; at least 1.</value>
    public int RandomDimension { get; init; } = 200;

    /// <summary>
    /// Products of the mean curvature H̄ with the task gradients in the basis: c_t, H̄c_t, …; none for the early stage
    /// that the automatic one joins with the late one, since its steps are short.
    /// </summary>
    /// <value>The default value is 2; not negative.</value>
    public int KrylovProducts { get; init; } = 2;

    /// <summary>
    /// Products of each task's own curvature with its gradient in the basis; none for that early stage.
    /// </summary>
    /// <value>The default value is 1; not negative.</value>
    public int OwnProducts { get; init; } = 1;

    /// <summary>
    /// Most dimensions of the basis. With the automatic stage and hundreds of tasks there are fewer, so that the
    /// statistics of all base networks take about half a gibibyte.
    /// </summary>
    /// <value>The default value is 256; at least 1.</value>
    public int MaxDimension { get; init; } = 256;

    /// <summary>Whether the heads of a subset's tasks move with the trunk, as they do in fine-tuning.</summary>
    /// <value>The default value is true.</value>
    public bool LearnHeads { get; init; } = true;

    /// <summary>How the loss of a subset is predicted.</summary>
    /// <value>The default value is null: <see cref="SubsetEvaluation.Forward"/>, but
    /// <see cref="SubsetEvaluation.Quadratic"/> for the early stage that the automatic one joins and, with the
    /// automatic stage, for more than a hundred tasks.</value>
    public SubsetEvaluation? Evaluation { get; init; }

    /// <summary>How the tasks of a subset are weighted in its loss.</summary>
    /// <value>The default value is <see cref="SubsetWeighting.TaskBalanced"/>, as the trainer does it.</value>
    public SubsetWeighting Weighting { get; init; } = SubsetWeighting.TaskBalanced;

    /// <summary>Tasks in a sampled subset.</summary>
    /// <value>The default value is null: a third of the tasks, at least 3 and at most 10. From 2 to the number of
    /// tasks.</value>
    public int? SubsetSize { get; init; }

    /// <summary>Sampled subsets, at least; more are drawn until every pair is covered.</summary>
    /// <value>The default value is 1,000, since subsets are cheap and groupings of fewer leave density behind; not
    /// negative.</value>
    public int Subsets { get; init; } = 1000;

    /// <summary>Subsets that must hold every pair of tasks (fewer only where there are no more subsets).</summary>
    /// <value>The default value is 8; at least 1.</value>
    public int PairCoverage { get; init; } = 8;

    /// <summary>
    /// Whether each task's row is in units of the spread of its predicted losses; otherwise in loss units.
    /// </summary>
    /// <value>The default value is true.</value>
    public bool Standardize { get; init; } = true;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        CheckTrunk();
        Check(Bases >= 1, nameof(Bases), Bases, "at least 1");
        Check(BaseEpochs is null or >= 1, nameof(BaseEpochs), BaseEpochs, "at least 1, or null");
        Check(Enum.IsDefined(Stage), nameof(Stage), Stage, "a member of the enumeration");
        Check(StageShare is > 0 and < 1, nameof(StageShare), StageShare, "above 0 and below 1");
        Check(LateStageShare is > 0 and < 1, nameof(LateStageShare), LateStageShare, "above 0 and below 1");
        Check(Probes >= 12, nameof(Probes), Probes, "at least 12");
        Check(ProbeRuns is null or >= 1, nameof(ProbeRuns), ProbeRuns, "at least 1, or null");
        Check(ProbePatience >= 1, nameof(ProbePatience), ProbePatience, "at least 1");
        Check(FineTuningEpochs is null or >= 1, nameof(FineTuningEpochs), FineTuningEpochs, "at least 1, or null");
        Check(Lambda is null || (Lambda > 0 && double.IsFinite(Lambda.Value)), nameof(Lambda), Lambda,
            "positive and finite, or null");
        Check(CalibrationProbes >= 1, nameof(CalibrationProbes), CalibrationProbes, "at least 1");
        Check(Enum.IsDefined(Calibration), nameof(Calibration), Calibration, "a member of the enumeration");
        Check(Enum.IsDefined(Geometry), nameof(Geometry), Geometry, "a member of the enumeration");
        Check(Enum.IsDefined(Solver), nameof(Solver), Solver, "a member of the enumeration");
        Check(TrustRadius is null || (TrustRadius > 0 && double.IsFinite(TrustRadius.Value)), nameof(TrustRadius),
            TrustRadius, "positive and finite, or null");
        foreach (double radius in LinearizationRadii)
            Check(radius > 0 && double.IsFinite(radius), nameof(LinearizationRadii), radius, "positive and finite");
        Check(FeatureMemory >= 1, nameof(FeatureMemory), FeatureMemory, "at least 1");
        Check(Solver != GradTagSolver.ConjugateGradient || Subspace == GradTagSubspace.Whole, nameof(Subspace),
            Subspace, "Whole where the solver is ConjugateGradient");
        if (Solver == GradTagSolver.LegacyForm)
        {
            Check(Geometry == StepGeometry.Euclidean, nameof(Geometry), Geometry,
                "Euclidean where the solver is LegacyForm");
            Check(Weighting == SubsetWeighting.SamplePooled, nameof(Weighting), Weighting,
                "SamplePooled where the solver is LegacyForm");
            Check(!LearnHeads, nameof(LearnHeads), LearnHeads, "false where the solver is LegacyForm");
            Check(Lambda is null, nameof(Lambda), Lambda,
                "null where the solver is LegacyForm, which has its own penalty");
        }
        Check(Enum.IsDefined(Subspace), nameof(Subspace), Subspace, "a member of the enumeration");
        Check(Subspace != GradTagSubspace.Kronecker || Geometry == StepGeometry.Euclidean, nameof(Geometry), Geometry,
            "Euclidean where the subspace is the Kronecker sketch");
        Check(RandomDimension >= 1, nameof(RandomDimension), RandomDimension, "at least 1");
        Check(KrylovProducts >= 0, nameof(KrylovProducts), KrylovProducts, "not negative");
        Check(OwnProducts >= 0, nameof(OwnProducts), OwnProducts, "not negative");
        Check(MaxDimension >= 1, nameof(MaxDimension), MaxDimension, "at least 1");
        Check(Evaluation is null || Enum.IsDefined(Evaluation.Value), nameof(Evaluation), Evaluation,
            "a member of the enumeration, or null");
        Check(Enum.IsDefined(Weighting), nameof(Weighting), Weighting, "a member of the enumeration");
        AffinitySubsets.Validate(SubsetSize, Subsets, PairCoverage);
    }
}
