using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tool.Learners;

/// <summary>A learner that the command knows by a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Factory">Makes it, with the options of networks and the columns that the features come from.</param>
internal sealed record ToolLearner(string Name, Func<TrainingOptions, FeatureEncoder, IGroupLearner> Factory)
{
    public const string SharedBottom = "shared-bottom", PerTask = "per-task-lightgbm", TaskTreeName = "task-tree",
        Tabular = "tabular";

    /// <summary>Text of the help.</summary>
    public const string Help = "shared-bottom = a network with a head per task; task-tree = a network whose tasks " +
        "share lower layers and branch above; tabular = a network in the manner of RealMLP; trees = boosted trees " +
        "with a value per task in every leaf; linear = ridge; per-task-lightgbm = one LightGBM per task; ensemble = " +
        "shared-bottom, tabular, trees and linear, mixed for each task.";

    public static readonly IReadOnlyList<ToolLearner> All =
    [
        new(SharedBottom, (training, _) => new SharedBottomLearner(training))
        {
            TakesNetworkOptions = true, KeepsCheckpoints = true,
        },
        new(TaskTreeName, (training, _) => new TaskTreeLearner(new() { Training = training }))
        {
            TakesNetworkOptions = true, KeepsCheckpoints = true,
        },
        new(Tabular, (_, _) => new TabularLearner()) { KeepsCheckpoints = true },
        new("trees", (_, encoder) => new BoostedTreesLearner(new() { Categories = encoder.CategorySlots }))
        {
            KeepsCheckpoints = true,
        },
        new("linear", (_, _) => new LinearLearner()),
        new(PerTask, (_, _) => LightGbmPerTask.Create()) { Grouping = TaskGrouping.Single },
        new("ensemble", (training, _) => new EnsembleLearner(EnsembleLearner.DefaultCandidates(training)))
        {
            TakesNetworkOptions = true,
        },
    ];

    /// <summary>What the user calls a model of a group.</summary>
    public string Noun => TakesNetworkOptions && KeepsCheckpoints ? "network" : "model";

    /// <summary>Whether the options of networks change anything.</summary>
    public bool TakesNetworkOptions { get; init; }

    /// <summary>Whether a fit can go on from a checkpoint.</summary>
    public bool KeepsCheckpoints { get; init; }

    /// <summary>Whether it matters which tasks are in a group.</summary>
    public bool Groups => Grouping is null;

    /// <summary>The only grouping that makes sense, by the number of tasks; null = any.</summary>
    public Func<int, TaskGrouping>? Grouping { get; init; }

    /// <summary>Makes it.</summary>
    /// <exception cref="InputException">It refuses the options.</exception>
    public IGroupLearner Create(TrainingOptions training, FeatureEncoder encoder) =>
        LibraryErrors.Translate(() => Factory(training, encoder));

    /// <summary>The learner of branching networks along one tree, which holds all tasks.</summary>
    public static ToolLearner Along(TaskTree tree) => Of(TaskTreeName) with
    {
        Grouping = TaskGrouping.All,
        Factory = (training, _) => new TaskTreeLearner(new() { Training = training, Tree = tree }),
    };

    /// <summary>A tabular network with these options; others as they are.</summary>
    public ToolLearner With(TabularOptions options) =>
        Name == Tabular ? this with { Factory = (_, _) => new TabularLearner(options) } : this;

    public static ToolLearner Of(string name) => All.First(l => l.Name == name);
}
