using System.Diagnostics;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Learners;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>Trains variants on the training rows of a data set and scores them on its test rows.</summary>
internal sealed class VariantTrainer(
    DataSet data, TrainingOptions options, int? folds, UnlearnableTasks unlearnable, ICheckpointStore? checkpoints,
    ToolConsole console)
{
    public Variant Run(VariantArm arm, TaskGrouping grouping, CancellationToken cancellationToken) =>
        console.Watch(Title(arm, grouping), detail =>
        {
            long started = Stopwatch.GetTimestamp();
            IGroupLearner learner = arm.Learner.Create(options, data.Encoder);
            if (folds is { } count)
                learner = new FoldsLearner(learner, count);
            LearnerRun run = LearnerRun(Progress(arm, grouping, detail), cancellationToken);
            GroupedTrainingResult result = LibraryErrors.Translate(() => GroupedTrainer.Train(
                data.Table, Rows, grouping, learner, run, unlearnable));
            foreach (string note in result.Groups.SelectMany(g => g.Notes).Distinct())
                console.Note($"Note: {note}.");
            MultiTaskMetrics metrics = Scoring.Evaluate(data, result.Model, data.Split.Test, Trivial, options.Threads);
            return new Variant(arm, grouping, result.Model, metrics, Stopwatch.GetElapsedTime(started).TotalSeconds);
        });

    /// <summary>The constant predictor of the training rows.</summary>
    public ConstantPredictor Trivial { get; } = Scoring.Constant(data, data.Split.Train);

    /// <summary>What the constant predictor reaches on the test rows.</summary>
    public MultiTaskMetrics TrivialMetrics() => Scoring.Evaluate(data, Trivial, data.Split.Test);

    // Folds divide all rows by themselves; what cannot be learned is judged by all of them.
    private RowSplit Rows => folds is null ? data.TrainingRows
        : new RowSplit([.. data.Split.Train, .. data.Split.Validation], []);

    private IProgress<TrainingProgress> Progress(VariantArm arm, TaskGrouping grouping, Action<string> detail) =>
        arm.Learner.Name == ToolLearner.SharedBottom ? new NetworkProgress(grouping.Count, options, detail)
            : new RoundProgress(grouping.Count, detail);

    private LearnerRun LearnerRun(IProgress<TrainingProgress> progress, CancellationToken cancellationToken) => new()
    {
        Seed = options.Seed,
        Threads = options.Threads,
        Progress = progress,
        Checkpoints = checkpoints,
        CancellationToken = cancellationToken,
    };

    private static string Title(VariantArm arm, TaskGrouping grouping) =>
        $"Training {arm.Text}: {Count(grouping.Count, arm.Learner.Noun)} for {Count(grouping.TaskCount, "task")}";

    private static string Count(int n, string noun) => n == 1 ? $"1 {noun}" : $"{n} {noun}s";
}
