using MLNet.MultiTask.Search;

namespace MLNet.MultiTask;

/// <summary>
/// Says what to try next and is told what came of it: the search of a sweep without its training, for any other
/// optimiser or training loop. First every task alone, all together and what the affinity suggests; then moves on the
/// partition, led by a surrogate that joins the affinity estimate with all trials, in turn by its mean and by a sample
/// of its posterior. Nothing is proposed twice. Deterministic in the seed and what is reported.
/// </summary>
public sealed class SweepProposer
{
    private const int RandomTries = 1000;
    private const int MostTasksToList = 8;

    private readonly SweepSpace _space;
    private readonly ulong _seed;
    private readonly SubsetSurrogate _surrogate;
    private readonly Queue<TaskGrouping> _first;
    private readonly TaskGrouping[] _starts;
    private readonly HashSet<SweepPoint> _seen = [];
    private readonly List<(SweepPoint Point, double Loss)> _tried = [];
    private readonly SweepNoise _noise = new();

    /// <summary>Begins a search.</summary>
    /// <param name="space">What may be proposed.</param>
    /// <param name="affinity">The estimate of who helps whom, over the space's tasks; null = there is none.</param>
    /// <param name="seed">Seed of everything random.</param>
    /// <exception cref="ArgumentException">The affinity is over other tasks.</exception>
    public SweepProposer(SweepSpace space, TaskAffinity? affinity = null, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(space);
        if (affinity is not null && !affinity.TaskNames.SequenceEqual(space.TaskNames))
            throw new ArgumentException($"The affinity is of the tasks {string.Join(", ", affinity.TaskNames)}, the " +
                $"sweep of {string.Join(", ", space.TaskNames)}", nameof(affinity));
        (_space, _seed, _surrogate) = (space, seed, new SubsetSurrogate(space, affinity));
        _starts = FirstGroupings.Of(space, affinity, seed);
        _first = new Queue<TaskGrouping>(_starts);
    }

    /// <summary>Proposals made so far.</summary>
    public int Count { get; private set; }

    /// <summary>The next point to try; null where everything was proposed.</summary>
    public SweepPoint? Propose()
    {
        SweepPoint? point = First() ?? Led();
        if (point is not null)
            _seen.Add(point);
        Count++;
        return point;
    }

    /// <summary>Tells what came of a point, proposed or not.</summary>
    /// <param name="point">What was tried.</param>
    /// <param name="losses">
    /// T losses, lower is better, in comparable units over the tasks such as relative to the trivial predictor's; NaN =
    /// nothing is known of the task.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The point is outside the space, or the number of losses is not T.
    /// </exception>
    public void Report(SweepPoint point, IReadOnlyList<double> losses) => Report(point, [losses]);

    /// <summary>Tells what came of a point in several folds or runs, the same for every point.</summary>
    /// <param name="point">What was tried.</param>
    /// <param name="losses">Runs × T losses; the spread over the runs says how noisy a loss is.</param>
    /// <exception cref="ArgumentException">The point is outside the space, or a number of losses is not T.</exception>
    public void Report(SweepPoint point, IReadOnlyList<IReadOnlyList<double>> losses)
    {
        ArgumentNullException.ThrowIfNull(point);
        ArgumentNullException.ThrowIfNull(losses);
        _space.Check(point);
        int tasks = _space.TaskNames.Count;
        if (losses.Count == 0 || losses.Any(l => l.Count != tasks))
            throw new ArgumentException($"{tasks} losses per run expected, one per task; got " +
                string.Join(", ", losses.Select(l => l.Count).Distinct()), nameof(losses));
        _seen.Add(point);
        _noise.Add(losses);
        double[] means = [.. Enumerable.Range(0, tasks).Select(t => losses.Average(l => l[t]))];
        _surrogate.Add(point, means);
        double[] known = [.. means.Where(double.IsFinite)];
        if (known.Length > 0)
            _tried.Add((point, known.Average()));
    }

    /// <summary>Tells that a point gave nothing; it is not proposed again.</summary>
    public void ReportFailure(SweepPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        _seen.Add(point);
    }

    /// <summary>The corners, what the affinity suggests and what is near, the most promising first.</summary>
    internal string[] Candidates(int most)
    {
        double[][] weights = _surrogate.Weights(double.NaN, null);
        return [.. _starts.Concat(_starts.SelectMany(s => GroupingMoves.Neighbours(s)).Where(Allow)).Distinct()
            .OrderByDescending(g => Worth(g, weights)).Take(most).Select(g => g.ToString())];
    }

    private SweepPoint? First()
    {
        SweepLearner usual = _space.Learners[0];
        while (_first.TryDequeue(out TaskGrouping? grouping))
            if (new SweepPoint(grouping, usual.Name, usual.Usual) is var point && !_seen.Contains(point))
                return point;
        return null;
    }

    /// <summary>By the surrogate: even proposals take its mean, odd ones a sample.</summary>
    private SweepPoint? Led()
    {
        RandomStream stream = new(_seed, "propose", Count);
        double[][] weights = _surrogate.Weights(_noise.Variance, Count % 2 == 0 ? null : stream);
        int tasks = _space.TaskNames.Count;
        var climb = new GroupingClimb(tasks, (task, members) => _surrogate.Gain(weights, task, members), Allow);
        (SweepLearner Learner, Dictionary<string, string> Settings)[] settings = [.. BestSettings(weights).Take(2)];
        TaskGrouping[] tops = [.. Starts(ref stream).Select(s => climb.Run(s.ToAssignment()))
            .OrderByDescending(climb.Worth).Select(TaskGrouping.FromAssignment).Distinct()];
        IEnumerable<TaskGrouping> groupings = tops.Take(1).Concat(Near(tops[0], weights, climb)).Concat(tops.Skip(1));
        return Unseen(groupings, settings) ?? Unseen(Others(stream), [.. BestSettings(weights)]);
    }

    private SweepPoint? Unseen(IEnumerable<TaskGrouping> groupings,
        (SweepLearner Learner, Dictionary<string, string> Settings)[] settings)
    {
        foreach (TaskGrouping grouping in groupings)
            foreach (var (learner, values) in settings)
                if (new SweepPoint(grouping, learner.Name, values) is var point && !_seen.Contains(point))
                    return point;
        return null;
    }

    private TaskGrouping[] Starts(ref RandomStream stream)
    {
        TaskGrouping best = _tried.Count == 0 ? _starts[0] : _tried.MinBy(t => t.Loss).Point.Grouping;
        return [best, _starts[stream.NextInt32(_starts.Length)], _starts[^1]];
    }

    /// <summary>The neighbours of a grouping, the most promising first.</summary>
    private IEnumerable<TaskGrouping> Near(TaskGrouping grouping, double[][] weights, GroupingClimb climb) =>
        _space.Helpers
            ? GroupingMoves.Neighbours(grouping, helpers: true).Where(Allow).OrderByDescending(g => Worth(g, weights))
            : GroupingMoves.Assignments(grouping).OrderByDescending(climb.Worth).Select(TaskGrouping.FromAssignment)
                .Where(Allow);

    private double Worth(TaskGrouping grouping, double[][] weights) => grouping.Groups.Sum(
        group => group.Served.Sum(t => _surrogate.Gain(weights, t, group.Members)));

    /// <summary>Random partitions; for few tasks all of them.</summary>
    private IEnumerable<TaskGrouping> Others(RandomStream stream)
    {
        int tasks = _space.TaskNames.Count;
        if (tasks <= MostTasksToList)
            return FirstGroupings.All(tasks).Where(Allow);
        return Enumerable.Range(0, RandomTries).Select(_ =>
        {
            int groups = 1 + stream.NextInt32(tasks);
            int[] of = new int[tasks];
            for (int t = 0; t < tasks; t++)
                of[t] = stream.NextInt32(groups);
            return TaskGrouping.FromAssignment(of);
        }).Where(Allow);
    }

    private IEnumerable<(SweepLearner Learner, Dictionary<string, string> Settings)> BestSettings(double[][] weights)
    {
        var one = TaskGrouping.All(_space.TaskNames.Count);
        return _space.AllSettings().OrderByDescending(s =>
            _surrogate.Gain(weights, new SweepPoint(one, s.Learner.Name, s.Settings)));
    }

    private bool Allow(TaskGrouping grouping) => _space.Constraints.Allow(grouping, _space.TaskNames);

    private bool Allow(int[] assignment) =>
        _space.Constraints.IsEmpty || Allow(TaskGrouping.FromAssignment(assignment));
}
