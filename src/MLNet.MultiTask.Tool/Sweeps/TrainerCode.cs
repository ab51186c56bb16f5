using System.Globalization;
using MLNet.MultiTask.Tool.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tool.Sweeps;

/// <summary>
/// The trainer of a chosen trial as an expression of C#, with what it needs besides tasks and grouping.
/// </summary>
internal static class TrainerCode
{
    /// <summary>
    /// Everything after <c>context.MultiTask().Trainers.</c>; the members Tasks and Grouping are in reach.
    /// </summary>
    /// <param name="point">The chosen trial's.</param>
    /// <param name="training">The options of networks before the choice.</param>
    public static string Of(SweepPoint point, TrainingOptions training)
    {
        string seed = training.Seed.ToString(CultureInfo.InvariantCulture);
        if (!point.IsShared)
            return Grouped("PerGroup", seed, ["Learners = new MLNet.MultiTask.Learners.IGroupLearner[]", "{",
                .. point.Groups.Select(g => Indented(Learner(g, training) + ",")), "},"]);
        return point.Learner switch
        {
            ToolLearner.SharedBottom => Grouped("SharedBottom", seed,
                Record("Training", NetworkSettings.Apply(training, point.Settings))),
            ToolLearner.TaskTreeName => Grouped("TaskTree", seed, "Tree = new TaskTreeOptions", "{",
                Indented(Record("Training", training)), "},"),
            ToolLearner.Tabular => Grouped("TabularNetwork", seed,
                Members(point.Groups[0]) is { } members ? [$"Training = {members},"] : []),
            "trees" => Grouped("BoostedTrees", seed),
            "linear" => Grouped("Linear", seed),
            "ensemble" => Grouped("Ensemble", seed,
                Record("Learners = EnsembleLearner.DefaultCandidates(", training, "),")),
            ToolLearner.PerTask => PerTask(seed),
            _ => throw new NotSupportedException($"The learner '{point.Learner}' has no code"),
        };
    }

    /// <summary>A learner as an expression.</summary>
    private static string Learner(LearnerSettings own, TrainingOptions training) => own.Learner switch
    {
        ToolLearner.SharedBottom => Record("new MLNet.MultiTask.Training.SharedBottomLearner(",
            NetworkSettings.Apply(training, own.Settings), ")"),
        ToolLearner.TaskTreeName =>
            string.Join('\n', "new MLNet.MultiTask.Grouping.TaskTreeLearner(new TaskTreeOptions", "{",
            Indented(Record("Training", training)), "})"),
        ToolLearner.Tabular => $"new MLNet.MultiTask.Training.TabularLearner({Members(own)})",
        "trees" => "new BoostedTreesLearner()",
        "linear" => "new LinearLearner()",
        "ensemble" => Record("new EnsembleLearner(EnsembleLearner.DefaultCandidates(", training, "))"),
        ToolLearner.PerTask => $"new MLNet.MultiTask.Learners.PerTaskLearner({Estimator})",
        _ => throw new NotSupportedException($"The learner '{own.Learner}' has no code"),
    };

    private static string? Members(LearnerSettings own) =>
        own.Settings.TryGetValue(NetworkSettings.Members, out string? members) && members != "1"
            ? $"new TabularOptions {{ Members = {members} }}" : null;

    private static string Indented(string lines) => string.Join('\n', lines.Split('\n').Select(l => $"    {l}"));

    /// <summary>A value as a literal or expression.</summary>
    public static string Code(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        char c => c == '\t' ? @"'\t'" : $"'{c}'",
        int i => i.ToString(CultureInfo.InvariantCulture),
        float f => f.ToString("R", CultureInfo.InvariantCulture) + "f",
        Enum e => $"{e.GetType().Name}.{e}",
        IReadOnlyList<int> { Count: 0 } => "new int[0]",
        IReadOnlyList<int> list => $"new[] {{ {string.Join(", ", list)} }}",
        TaskSampling sampling => $"TaskSampling.Parse({CodeNames.Literal(sampling.ToString())})",
        TaskWeighting weighting => $"TaskWeightings.Parse({CodeNames.Literal(weighting.ToString()!)})",
        _ => throw new NotSupportedException($"A setting of type {value.GetType().Name} has no code"),
    };

    private static string Grouped(string trainer, string seed, params string[] lines) => string.Join('\n',
    [
        $"{trainer}(new {(trainer == "TabularNetwork" ? "TabularNetworkTrainer" : trainer + "Trainer")}.Options",
        "{",
        "    Tasks = Tasks,",
        "    Grouping = TaskGrouping.Parse(Grouping),",
        $"    Seed = {seed},",
        .. lines.SelectMany(l => l.Split('\n')).Select(l => $"    {l}"),
        "})",
    ]);

    private static string PerTask(string seed) => $$"""
        PerTask(new PerTaskTrainer.Options
        {
            Tasks = Tasks,
            Seed = {{seed}},
            // Needs the package Microsoft.ML.LightGbm.
            Estimator = {{Estimator.Replace("\n", "\n    ", StringComparison.Ordinal)}},
        })
        """;

    private const string Estimator = """
        (own, task) => task.Kind switch
        {
            TaskKind.Binary => own.BinaryClassification.Trainers.LightGbm(
                exampleWeightColumnName: task.ExampleWeightColumnName),
            TaskKind.Multiclass => own.MulticlassClassification.Trainers.LightGbm(
                exampleWeightColumnName: task.ExampleWeightColumnName),
            _ => (IEstimator<ITransformer>)own.Regression.Trainers.LightGbm(
                exampleWeightColumnName: task.ExampleWeightColumnName),
        }
        """;

    private static string Record(string property, TrainingOptions training) =>
        Record($"{property} = ", training, ",");

    /// <summary>Everything that decides the bits and is not the default.</summary>
    private static string Record(string before, TrainingOptions training, string after)
    {
        string[] apart = [nameof(TrainingOptions.Seed), nameof(TrainingOptions.Threads), nameof(TrainingOptions.Engine),
            nameof(TrainingOptions.Progress), nameof(TrainingOptions.Checkpoint),
            nameof(TrainingOptions.CheckpointSteps)];
        var usual = new TrainingOptions();
        string[] settings = [.. typeof(TrainingOptions).GetProperties()
            .Where(p => p.CanWrite && !apart.Contains(p.Name))
            .Select(p => (p.Name, Own: Code(p.GetValue(training)), Usual: Code(p.GetValue(usual))))
            .Where(p => p.Own != p.Usual).Select(p => $"    {p.Name} = {p.Own},")];
        return string.Join('\n', [$"{before}new TrainingOptions", "{", .. settings, $"}}{after}"]);
    }
}
