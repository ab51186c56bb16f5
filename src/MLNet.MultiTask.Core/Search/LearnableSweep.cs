using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Search;

/// <summary>
/// A sweep over the tasks that can be learned, told in terms of all tasks: those set aside are groups of their own.
/// </summary>
internal sealed class LearnableSweep
{
    private readonly TaskTable _table;
    private readonly SetAside _aside;
    private readonly int[] _learnable;

    private LearnableSweep(TaskTable table, SetAside aside, SweepOptions options)
    {
        (_table, _aside, _learnable) = (table, aside, aside.Learnable);
        Table = aside.Tasks.Count == 0 ? table : table.Select(_learnable);
        Options = aside.Tasks.Count == 0 ? options : Without(options);
    }

    /// <summary>The table of the tasks that can be learned.</summary>
    public TaskTable Table { get; }

    /// <summary>Options that name no task set aside.</summary>
    public SweepOptions Options { get; }

    /// <summary>Looks for tasks that cannot be learned, in the rows to train on.</summary>
    /// <exception cref="ArgumentException">They are to be refused, or none is left.</exception>
    public static LearnableSweep Of(TaskTable table, SweepOptions options) => new(table, SetAside.Find(table,
        options.Rows?.Train ?? options.RowsToDivide ?? [.. Enumerable.Range(0, table.RowCount)],
        options.Unlearnable), options);

    private SweepOptions Without(SweepOptions options)
    {
        HashSet<string> names = [.. _aside.Tasks.Select(t => _table.Tasks[t].Name)];
        GroupingConstraints constraints = options.Constraints with
        {
            MustLink = [.. options.Constraints.MustLink.Where(Stays)],
            CannotLink = [.. options.Constraints.CannotLink.Where(Stays)],
        };
        return options with
        {
            Constraints = constraints,
            Progress = options.Progress is null ? null : new Relay(this, options.Progress),
        };

        bool Stays((string First, string Second) pair) => !names.Contains(pair.First) && !names.Contains(pair.Second);
    }

    /// <summary>The result over all tasks.</summary>
    public SweepResult Result(SweepResult own)
    {
        if (_aside.Tasks.Count == 0)
            return own;
        SweepTrial[] trials = [.. own.Trials.Select(Trial)];
        return own with
        {
            Model = Model(own.Model),
            Best = Same(own.Best),
            Trials = trials,
            Table = [.. own.Table.Select(arm => arm with { Trial = Same(arm.Trial) })],
            SetAside = _aside.Tasks,
            Notes = [_aside.Note()!, .. own.Notes],
        };

        SweepTrial Same(SweepTrial trial) => trials[trial.Number - 1];
    }

    private MultiTaskModel Model(MultiTaskModel own)
    {
        TaskGroup[] groups = [.. own.Grouping.Groups.Select(g => new TaskGroup(Numbers(g.Served), Numbers(g.Helpers))),
            new TaskGroup(_aside.Tasks, [])];
        (TaskGroup Group, IGroupModel Model)[] parts = [.. groups.Zip(own.Models.Append(_aside.Model!))
            .OrderBy(p => p.First.Served[0])];
        return new MultiTaskModel(_table.Tasks, new TaskGrouping(parts.Select(p => p.Group)),
            [.. parts.Select(p => p.Model)]);
    }

    private SweepTrial Trial(SweepTrial trial)
    {
        TaskGroup[] groups = [.. trial.Point.Grouping.Groups.Select(g =>
            new TaskGroup(Numbers(g.Served), Numbers(g.Helpers))), .. _aside.Tasks.Select(t => new TaskGroup([t], []))];
        return trial with
        {
            Point = Point(trial.Point, new TaskGrouping(groups)),
            Losses = [.. trial.Losses.Select(All)],
            Confirmations = [.. trial.Confirmations.Select(All)],
            Estimates = trial.Estimates.Count == 0 ? [] : All([.. trial.Estimates]),
            Rungs = trial.Rungs.ToDictionary(r => r.Key, r => (IReadOnlyList<double[]>)[.. r.Value.Select(All)]),
        };
    }

    /// <summary>The groups keep their settings; tasks set aside are listed with those of most groups.</summary>
    private SweepPoint Point(SweepPoint own, TaskGrouping grouping)
    {
        Dictionary<int, LearnerSettings> settings = own.Grouping.Groups.Zip(own.Groups)
            .ToDictionary(g => _learnable[g.First.Served[0]], g => g.Second);
        var most = new LearnerSettings(own.Learner, own.Settings);
        return new SweepPoint(grouping,
            [.. grouping.Groups.Select(g => settings.GetValueOrDefault(g.Served[0], most))]);
    }

    private double[] All(double[] losses)
    {
        double[] all = [.. Enumerable.Repeat(double.NaN, _table.Tasks.Count)];
        for (int i = 0; i < losses.Length; i++)
            all[_learnable[i]] = losses[i];
        return all;
    }

    private int[] Numbers(IEnumerable<int> own) => [.. own.Select(t => _learnable[t])];

    private sealed class Relay(LearnableSweep sweep, IProgress<SweepProgress> listener) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => listener.Report(value with
        {
            Trial = sweep.Trial(value.Trial), Best = value.Best is null ? null : sweep.Trial(value.Best),
        });
    }
}
