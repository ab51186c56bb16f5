using System.Diagnostics;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>Trains variants on the training rows of a data set and scores them on its test rows.</summary>
internal sealed class VariantTrainer(
    DataSet data, TrainingOptions options, UnlearnableTasks unlearnable, ICheckpointStore? checkpoints,
    ToolConsole console)
{
    public Variant Run(string name, TaskGrouping grouping, CancellationToken cancellationToken) =>
        console.Watch(Title(name, grouping), detail =>
        {
            long started = Stopwatch.GetTimestamp();
            TrainingOptions watched = options with { Progress = new NetworkProgress(grouping.Count, options, detail) };
            GroupedTrainingResult result = LibraryErrors.Translate(() => GroupedTrainer.Train(
                data.Table, data.TrainingRows, grouping, new SharedBottomLearner(watched), LearnerRun(watched, cancellationToken), unlearnable));
            foreach (string note in result.Groups.SelectMany(g => g.Notes).Distinct())
                console.Note($"Note: {note}.");
            MultiTaskMetrics metrics = Scoring.Evaluate(data, result.Model, data.Split.Test, Trivial, options.Threads);
            return new Variant(name, grouping, result.Model, metrics, Stopwatch.GetElapsedTime(started).TotalSeconds);
        });

    /// <summary>The constant predictor of the training rows.</summary>
    public ConstantPredictor Trivial { get; } = Scoring.Constant(data, data.Split.Train);

    /// <summary>What the constant predictor reaches on the test rows.</summary>
    public MultiTaskMetrics TrivialMetrics() => Scoring.Evaluate(data, Trivial, data.Split.Test);

    private LearnerRun LearnerRun(TrainingOptions watched, CancellationToken cancellationToken) => new()
    {
        Seed = watched.Seed,
        Threads = watched.Threads,
        Progress = watched.Progress,
        Checkpoints = checkpoints,
        CancellationToken = cancellationToken,
    };

    private static string Title(string name, TaskGrouping grouping) =>
        $"Training {name}: {Count(grouping.Count, "network")} for {Count(grouping.TaskCount, "task")}";

    private static string Count(int n, string noun) => n == 1 ? $"1 {noun}" : $"{n} {noun}s";
}
