using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>A learner under a name, as <see cref="LearnersBench"/> measures it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Role">Whether the choice on validation rows may take it.</param>
/// <param name="Create">Makes the learner.</param>
internal sealed record LearnerArm(string Name, LearnerRole Role, Func<IGroupLearner> Create)
{
    public static readonly IReadOnlyList<LearnerArm> All =
    [
        new("trees", LearnerRole.Single, () => new BoostedTreesLearner()),
        new("trees-small", LearnerRole.Single, () => new BoostedTreesLearner(new()
        {
            NumberOfLeaves = 8, FeatureFraction = 0.5, SubsampleFraction = 0.7, MinimumExampleCountPerLeaf = 5,
        })),
        new("trees-per-task", LearnerRole.Single, () => new BoostedTreesLearner()) { PerTask = true },
        new("tabular", LearnerRole.Single, () => new TabularLearner()),
        new("tabular-linear-bins", LearnerRole.Single, () => new TabularLearner(new()
        {
            Embedding = FeatureEmbedding.PiecewiseLinear,
        })),
        new("tabular-members", LearnerRole.Single, () => new TabularLearner(new() { Members = 8 })),
        new("tabular-members-linear-bins", LearnerRole.Single, () => new TabularLearner(new()
        {
            Members = 8, Embedding = FeatureEmbedding.PiecewiseLinear,
        })),
        new("tabular-linear-skip", LearnerRole.Single, () => new TabularLearner(new() { LinearSkip = true })),
        new("robust-trees", LearnerRole.Single, () => new RobustTreesLearner()) { PoolsTasks = true },
        new("shared-bottom", LearnerRole.Single, () => new SharedBottomLearner(new TrainingOptions())),
        new("ridge", LearnerRole.Single, () => new LinearLearner()) { IsRandom = false },
        new("group-lasso", LearnerRole.Single, () => new LinearLearner(new() { Penalty = LinearPenalty.GroupLasso }))
        {
            IsRandom = false,
        },
        new("trace-norm", LearnerRole.Single, () => new LinearLearner(new() { Penalty = LinearPenalty.TraceNorm }))
        {
            IsRandom = false,
        },
        new("mean-regularised", LearnerRole.Single,
            () => new LinearLearner(new() { Penalty = LinearPenalty.MeanRegularized })) { IsRandom = false },
        new("ensemble", LearnerRole.Ensemble, () => new EnsembleLearner()),
        new("lightgbm", LearnerRole.Peer, () => TreesPerLabel.LightGbm(tuned: false)) { IsRandom = false },
        new("lightgbm-tuned-default", LearnerRole.Peer, () => TreesPerLabel.LightGbm(tuned: true))
        {
            IsRandom = false,
        },
        new("fasttree", LearnerRole.Peer, () => TreesPerLabel.FastTree()) { IsRandom = false },
    ];

    /// <summary>Whether it is for tasks of one kind with equally many classes only.</summary>
    public bool PoolsTasks { get; init; }

    /// <summary>Whether every task gets a model of its own.</summary>
    public bool PerTask { get; init; }

    /// <summary>Whether the seed changes anything; where it does not, one run stands for all.</summary>
    public bool IsRandom { get; init; } = true;
}

/// <summary>What an arm is to the comparison.</summary>
internal enum LearnerRole
{
    /// <summary>One of the library's learners.</summary>
    Single,

    /// <summary>A mixture of the library's learners.</summary>
    Ensemble,

    /// <summary>What others offer.</summary>
    Peer,
}
