using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tool.Arms;

/// <summary>
/// Chooses a grouping by really training: one network per task, one for all tasks, and the groupings of an affinity for several
/// numbers of groups. Four fifths of the training rows fit the weights and one fifth stops them, so that the validation rows,
/// which neither saw, can judge.
/// </summary>
internal sealed class GroupingSearch(DataSet data, TrainingOptions options)
{
    private const int MaxCandidates = 6;

    private readonly RowSplit _inner = new(data.Split.Train[(data.Split.Train.Length / 5)..], data.Split.Train[..(data.Split.Train.Length / 5)]);
    private readonly MultiTaskMetrics _trivial = Scoring.Evaluate(data, Scoring.Constant(data, data.Split.Train), data.Split.Validation);
    private readonly Dictionary<string, SharedBottomNetwork> _networks = [];

    /// <summary>All candidates, best first; ties keep the fewer networks.</summary>
    public IReadOnlyList<Candidate> Run(TaskAffinity affinity, Action<string> detail, CancellationToken cancellationToken)
    {
        List<TaskGrouping> groupings = Candidates(affinity, cancellationToken);
        List<Candidate> tried = [];
        foreach (TaskGrouping grouping in groupings)
        {
            detail($"grouping {tried.Count + 1} of {groupings.Count}, {grouping.Count} networks");
            tried.Add(new Candidate(grouping, Loss(grouping, cancellationToken)));
        }
        return [.. tried.OrderBy(c => c.Loss).ThenBy(c => c.Grouping.Count)];
    }

    /// <summary>Numbers of groups from 2 up, about a factor √2 apart, and the number that the affinity itself suggests.</summary>
    private List<TaskGrouping> Candidates(TaskAffinity affinity, CancellationToken cancellationToken)
    {
        int tasks = affinity.Count;
        List<int?> counts = [null];
        for (double k = 2; k < tasks && counts.Count < MaxCandidates; k = Math.Max(k + 1, k * Math.Max(Math.Sqrt(2), Math.Pow(tasks / 4.0, 0.25))))
            counts.Add((int)k);
        List<TaskGrouping> groupings = [TaskGrouping.All(tasks), TaskGrouping.Single(tasks)];
        foreach (int? count in counts)
        {
            var solver = new SdpGroupingSolver(new SdpGroupingOptions { GroupCount = count, Seed = options.Seed, Threads = options.Threads });
            groupings.Add(solver.Solve(affinity, cancellationToken).Grouping);
        }
        return [.. groupings.Distinct()];
    }

    /// <summary>Mean over tasks of the validation loss relative to the trivial predictor's.</summary>
    private double Loss(TaskGrouping grouping, CancellationToken cancellationToken)
    {
        foreach (TaskGroup group in grouping.Groups)
            if (!_networks.ContainsKey(Key(group)))
                _networks.Add(Key(group), UserError.Guard(
                    () => NetworkTrainer.Train(data.Table, _inner, group.Members, options, cancellationToken)).Network);
        var model = new MultiTaskModel(data.Table.Tasks, grouping, [.. grouping.Groups.Select(g => _networks[Key(g)])]);
        MultiTaskMetrics metrics = Scoring.Evaluate(data, model, data.Split.Validation, Scoring.Constant(data, data.Split.Train), options.Threads);
        return metrics.Tasks.Zip(_trivial.Tasks, Relative).Where(r => double.IsFinite(r)).DefaultIfEmpty(double.NaN).Average();
    }

    private static double Relative(TaskMetrics task, TaskMetrics trivial) => task.Task.Kind == TaskKind.Regression
        ? task.Rmse * task.Rmse / (trivial.Rmse * trivial.Rmse) : task.LogLoss / trivial.LogLoss;

    private static string Key(TaskGroup group) => string.Join(',', group.Members);

    /// <summary>A grouping and what it reached on the validation rows; lower is better.</summary>
    internal sealed record Candidate(TaskGrouping Grouping, double Loss);
}
