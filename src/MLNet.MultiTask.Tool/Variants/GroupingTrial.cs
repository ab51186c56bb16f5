using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>
/// Tries a grouping: four fifths of the training rows fit the weights and one fifth stops them, so that the validation
/// rows, which neither saw, can judge. A network depends on its seed and members only and is trained once for all
/// groupings that hold it.
/// </summary>
internal sealed class GroupingTrial
{
    private const int StoppingShare = 5;

    private readonly DataSet _data;
    private readonly ICheckpointStore? _checkpoints;
    private readonly TrainingOptions[] _runs;
    private readonly RowSplit _split;
    private readonly ConstantPredictor _constant;
    private readonly MultiTaskMetrics _trivial;
    private readonly Dictionary<(int Run, string Members), GroupFit> _results = [];

    public GroupingTrial(DataSet data, TrainingOptions options, int runs, ICheckpointStore? checkpoints)
    {
        (_data, _checkpoints) = (data, checkpoints);
        _runs = [.. Enumerable.Range(0, runs).Select(
            r => options with { Seed = new RandomStream(options.Seed, "trial", r).NextUInt64() })];
        _split = Split(data);
        _constant = Scoring.Constant(data, data.Split.Train);
        _trivial = Scoring.Evaluate(data, _constant, data.Split.Validation);
    }

    /// <summary>
    /// One score per run, higher is better: minus the mean over tasks of the loss relative to the trivial predictor's.
    /// </summary>
    public double[] Scores(TaskGrouping grouping, CancellationToken cancellationToken) =>
        [.. Enumerable.Range(0, _runs.Length).Select(run => Score(grouping, run, cancellationToken))];

    private double Score(TaskGrouping grouping, int run, CancellationToken cancellationToken)
    {
        MultiTaskModel model = GroupedTrainer.Assemble(_data.Table.Tasks, grouping.Groups,
            grouping.Groups.Select(g => Result(g, run, cancellationToken)));
        MultiTaskMetrics metrics = Scoring.Evaluate(
            _data, model, _data.Split.Validation, _constant, _runs[run].Threads);
        double[] losses = [.. metrics.Tasks.Zip(_trivial.Tasks, Relative).Where(double.IsFinite)];
        return losses.Length > 0 ? -losses.Average()
            : throw new InputException($"No task of {_data.FileName} has differing labels among the validation rows " +
                "to choose a grouping by.");
    }

    private GroupFit Result(TaskGroup group, int run, CancellationToken cancellationToken)
    {
        var key = (run, string.Join(',', group.Members));
        if (!_results.TryGetValue(key, out GroupFit? result))
            _results.Add(key, result = new SharedBottomLearner(_runs[run]).Fit(_data.Table, _split, group.Members, new()
            {
                Seed = _runs[run].Seed,
                Checkpoints = _checkpoints,
                CheckpointName = GroupedTrainer.CheckpointName($"trial{run + 1}", _data.Table, group),
                CancellationToken = cancellationToken,
            }));
        return result;
    }

    private static double Relative(TaskMetrics task, TaskMetrics trivial) => task.Task.Kind == TaskKind.Regression
        ? Math.Pow(task.RootMeanSquaredError / trivial.RootMeanSquaredError, 2) : task.LogLoss / trivial.LogLoss;

    /// <summary>
    /// The first fifth stops, except rows of a task that would have no two different labels left to train on.
    /// </summary>
    private static RowSplit Split(DataSet data)
    {
        int stopping = data.Split.Train.Length / StoppingShare;
        int[] stop = data.Split.Train[..stopping], fit = data.Split.Train[stopping..];
        int[] bare = [.. Enumerable.Range(0, data.Table.Tasks.Count)
            .Where(t => fit.Where(r => data.Table.IsObserved(r, t)).Select(r => data.Table.Label(r, t)).Distinct()
                .Take(2).Count() < 2)];
        bool IsNeeded(int row) => bare.Any(t => data.Table.IsObserved(row, t));
        return new RowSplit([.. fit, .. stop.Where(IsNeeded)], [.. stop.Where(r => !IsNeeded(r))]);
    }
}
