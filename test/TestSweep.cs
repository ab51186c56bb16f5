using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests;

/// <summary>A small sweep, the same in every process.</summary>
internal static partial class TestSweep
{
    public static TaskTable Table { get; } = Data(160, 5, 6);

    /// <summary>Learners by what a sweep says of them: milliseconds that every training sleeps; where
    /// negative, the task of that number must not be trained alone.</summary>
    public static IReadOnlyList<SweepLearner> Learners(string text) => [new SweepLearner("network",
        _ => new SlowLearner(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)))];

    public static SweepOptions Options(int trials, int outstanding, string delay = "0") => new()
    {
        Learners = Learners(delay), MaxTrials = trials, Outstanding = outstanding, Folds = 2, Seed = 3, Confirm = false,
    };

    /// <summary>Everything that must be the same, but for times.</summary>
    public static string[] Lines(SweepResult result) =>
    [
        $"best {result.Best.Number} {result.Best.Point}",
        .. result.Trials.Select(t => FormattableString.Invariant(
            $"{t.Number} {t.Point} {t.Status} {t.Epochs} {t.Reused} {t.Error} ") +
            string.Join(' ', t.Losses.SelectMany(l => l)
                .Select(l => l.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))),
        string.Join(' ', Scores(result)),
    ];

    private static float[] Scores(SweepResult result)
    {
        var scores = new float[Table.RowCount * result.Model.OutputCount];
        result.Model.Score(Table.Features.ToArray(), Table.RowCount, scores);
        return scores;
    }

    private static TaskTable Data(int rows, int features, int tasks)
    {
        var random = new Random(5);
        float[] cells = [.. Enumerable.Range(0, rows * features).Select(_ => random.NextSingle() * 2 - 1)];
        var labels = new float[rows * tasks];
        for (int r = 0; r < rows; r++)
            for (int t = 0; t < tasks; t++)
            {
                float value = cells[r * features + t % 3] + 0.3f * (random.NextSingle() - 0.5f);
                labels[r * tasks + t] = random.NextSingle() < 0.1 ? float.NaN : t % 2 == 0 ? value : value > 0 ? 1 : 0;
            }
        return new TaskTable(cells, features, [.. Enumerable.Range(0, tasks).Select(t =>
            new TaskInfo($"task{t}", t % 2 == 0 ? TaskKind.Regression : TaskKind.Binary))], labels);
    }

    /// <summary>A small network that takes its time; the time is part of its settings.</summary>
    private sealed class SlowLearner(int milliseconds) : IGroupLearner
    {
        private readonly SharedBottomLearner _learner = new(new TrainingOptions
        {
            Hidden = [4], MaxEpochs = 3, LearningRate = 0.01f,
        });

        public string Name => "slow";

        public string Settings => $"{_learner.Settings} {milliseconds}";

        public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
        {
            if (milliseconds < 0 && tasks.Count == 1 && tasks[0] == -milliseconds)
                throw new InvalidOperationException($"Task {tasks[0]} is not to be trained alone");
            run.CancellationToken.WaitHandle.WaitOne(Math.Max(0, milliseconds));
            run.CancellationToken.ThrowIfCancellationRequested();
            return _learner.Fit(table, split, tasks, run);
        }
    }
}
