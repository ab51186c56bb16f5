using MLNet.MultiTask.Search;

namespace MLNet.MultiTask;

/// <summary>
/// Says what to try next and is told what came of it: the search of a sweep without its training, for any other
/// optimiser or training loop. First every task alone, all together and what the affinity suggests; then moves on the
/// partition, led by a surrogate that joins the affinity estimate with all trials, in turn by its mean, where of
/// equally promising groupings the one with fewest new groups is taken, and by a sample of its posterior. Nothing is
/// proposed twice. Deterministic in the seed and what is reported before each proposal.
/// </summary>
/// <remarks>
/// Several proposals may be outstanding, for trials side by side, and be reported in any order: what comes next depends
/// on which of them are known, not on the order in which they became known.
/// </remarks>
public sealed class SweepProposer
{
    private const int RandomTries = 1000;
    private const int MostTasksToList = 8;
    private const int MostTasksToListHelpers = 4;

    // What is as promising as the best but for so many deviations of a trial per task is looked at for its cost.
    private const double Close = 0.02;
    private const int MostCloseOnes = 24;

    private readonly SweepSpace _space;
    private readonly ulong _seed;
    private readonly SweepMemory _memory;
    private readonly SubsetSurrogate _prior;
    private readonly Queue<TaskGrouping> _first;
    private readonly TaskGrouping[] _starts;
    private readonly bool _choosesPerGroup;

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
        (_space, _seed, _prior) = (space, seed, new SubsetSurrogate(space, affinity));
        _choosesPerGroup = space.SettingsPerGroup && space.AllSettings().Skip(1).Any();
        _memory = new SweepMemory(_prior.Clone(), _choosesPerGroup ? new GroupLosses() : null);
        _starts = FirstGroupings.Of(space, affinity, seed);
        _first = new Queue<TaskGrouping>(_starts);
    }

    /// <summary>Proposals made so far.</summary>
    public int Count { get; private set; }

    /// <summary>Proposals that nothing was reported of yet.</summary>
    public int Outstanding => _memory.Outstanding;

    /// <summary>Most groups of what is proposed after the first groupings.</summary>
    internal int MostGroups { get; set; } = int.MaxValue;

    /// <summary>The next point to try; null where everything was proposed.</summary>
    public SweepPoint? Propose()
    {
        SweepPoint? point = First() ?? Led();
        if (point is not null)
            _memory.Propose(point);
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
        _memory.Report(point, losses);
    }

    /// <summary>Tells that a point gave nothing; it is not proposed again.</summary>
    public void ReportFailure(SweepPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        _memory.Report(point, null);
    }

    /// <summary>The corners, what the affinity suggests and what is near, the most promising first.</summary>
    internal string[] Candidates(int most)
    {
        double[][] weights = _prior.Weights(double.NaN, null);
        return [.. _starts.Concat(_starts.SelectMany(s => GroupingMoves.Neighbours(s, _space.Helpers)).Where(Allow))
            .Distinct()
            .OrderByDescending(g => Worth(_prior, g, weights)).Take(most).Select(g => g.ToString())];
    }

    private SweepPoint? First()
    {
        SweepLearner usual = _space.Learners[0];
        while (_first.TryDequeue(out TaskGrouping? grouping))
            if (new SweepPoint(grouping, usual.Name, usual.Usual) is var point && !_memory.Has(point))
                return point;
        return null;
    }

    /// <summary>
    /// By the surrogate: even proposals take its mean and, of what is about as promising, what needs fewest groups
    /// trained; odd ones take a sample of it. Where groups may differ in settings, every third is about these.
    /// </summary>
    private SweepPoint? Led()
    {
        RandomStream stream = new(_seed, "propose", Count);
        (SubsetSurrogate surrogate, double noise) = _memory.Known();
        double[][] weights = surrogate.Weights(noise, Count % 2 == 0 ? null : stream);
        int tasks = _space.TaskNames.Count;
        GroupSettings? perGroup = _choosesPerGroup ? new GroupSettings(_space, surrogate, weights) : null;
        if (perGroup is not null && Count % 3 == 2 && OfGroups(perGroup) is { } other)
            return other;
        LearnerSettings[] settings = [.. BestSettings(surrogate, weights).Take(2)];
        // Once groups do better with settings of their own, other groupings get theirs, too, and are chosen for them.
        GroupSettings? differing = _memory.Best is { IsShared: false } ? perGroup : null;
        IEnumerable<SweepPoint> Points(TaskGrouping grouping) =>
            (differing is null ? [] : (SweepPoint[])[differing.Promised(grouping)])
            .Concat(settings.Select(s => new SweepPoint(grouping, s)));
        double Worth(TaskGrouping grouping) => SweepProposer.Worth(surrogate, grouping, weights)
            + (differing is null ? 0 : grouping.Groups.Sum(g => differing.Promise(g.Served)));
        // Late in a sweep most of what is near was tried, which is seen from the texts alone.
        bool IsOpen(int[] of) => differing is not null || !settings.All(s => _memory.Has(of, s));
        var climb = new GroupingClimb(tasks, (task, members) => surrogate.Gain(weights, task, members), Allow,
            differing is null ? null : differing.Promise);
        TaskGrouping[] starts = Starts(ref stream);
        TaskGrouping[] tops = [.. starts.Select(s => climb.Run(s.ToAssignment())).OrderByDescending(climb.Worth)
            .Select(TaskGrouping.FromAssignment).Distinct()];
        if (_space.Helpers)
        {
            var helped = new HelperClimb((task, members) => surrogate.Gain(weights, task, members), Allow);
            tops = [.. tops.Prepend(starts[0]).Select(helped.Run).OrderByDescending(Worth).Distinct()];
        }
        else if (Count % 2 == 0 && Frugal(tops[0], g => Points(g).First(), climb, IsOpen) is { } frugal)
            return frugal;
        IEnumerable<TaskGrouping> groupings = tops.Take(1).Concat(Near(tops[0], Worth, climb, IsOpen))
            .Concat(tops.Skip(1));
        return Unseen(groupings.SelectMany(Points)) ?? Unseen(Others(stream).SelectMany(g =>
            BestSettings(surrogate, weights).Select(s => new SweepPoint(g, s))))
            ?? (perGroup is null ? null : OfGroups(perGroup) ?? Unseen(Others(stream).SelectMany(perGroup.All)));
    }

    private SweepPoint? Unseen(IEnumerable<SweepPoint> points) => points.FirstOrDefault(p => !_memory.Has(p));

    /// <summary>
    /// Of the best grouping the best seen settings of each group, or, where these were tried, others of one group.
    /// </summary>
    private SweepPoint? OfGroups(GroupSettings settings)
    {
        if (_memory.Best is not { } best)
            return null;
        SweepPoint joined = GroupSettings.Joined(best, _memory.Seen);
        return Unseen(settings.Changes(joined, _memory.Seen).Prepend(joined));
    }

    private SweepPoint? Frugal(TaskGrouping top, Func<TaskGrouping, SweepPoint> point, GroupingClimb climb,
        Func<int[], bool> isOpen)
    {
        double least = climb.Worth(top.ToAssignment()) - Close * top.TaskCount;
        return GroupingMoves.Assignments(top).Prepend(top.ToAssignment()).Select(of => (Of: of, Worth: climb.Worth(of)))
            .Where(g => g.Worth >= least).OrderByDescending(g => g.Worth).Select(g => g.Of).Where(isOpen)
            .Select(TaskGrouping.FromAssignment).Where(Allow).Select(point).Where(p => !_memory.Has(p))
            .Take(MostCloseOnes).MinBy(_memory.NewGroups);
    }

    private TaskGrouping[] Starts(ref RandomStream stream)
    {
        TaskGrouping best = _memory.Best?.Grouping ?? _starts[0];
        return [best, _starts[stream.NextInt32(_starts.Length)], _starts[^1]];
    }

    /// <summary>The neighbours of a grouping, the most promising first.</summary>
    private IEnumerable<TaskGrouping> Near(TaskGrouping grouping, Func<TaskGrouping, double> worth,
        GroupingClimb climb, Func<int[], bool> isOpen) =>
        _space.Helpers
            ? GroupingMoves.Neighbours(grouping, helpers: true).Where(Allow).OrderByDescending(worth)
            : GroupingMoves.Assignments(grouping).OrderByDescending(climb.Worth).Where(isOpen)
                .Select(TaskGrouping.FromAssignment).Where(Allow);

    private static double Worth(SubsetSurrogate surrogate, TaskGrouping grouping, double[][] weights) =>
        grouping.Groups.Sum(group => group.Served.Sum(t => surrogate.Gain(weights, t, group.Members)));

    /// <summary>Random groupings; for few tasks all of them.</summary>
    private IEnumerable<TaskGrouping> Others(RandomStream stream)
    {
        int tasks = _space.TaskNames.Count;
        IEnumerable<TaskGrouping> partitions = tasks <= MostTasksToList ? FirstGroupings.All(tasks) : Random(stream);
        return (!_space.Helpers ? partitions : partitions.Concat(tasks <= MostTasksToListHelpers
            ? FirstGroupings.All(tasks).SelectMany(Covers) : Random(stream).Select((p, i) =>
                Helped(p, new RandomStream(_seed, "helpers", RandomTries * (long)Count + i))))).Where(Allow);
    }

    private IEnumerable<TaskGrouping> Random(RandomStream stream)
    {
        int tasks = _space.TaskNames.Count;
        return Enumerable.Range(0, RandomTries).Select(_ =>
        {
            int groups = 1 + stream.NextInt32(tasks);
            int[] of = new int[tasks];
            for (int t = 0; t < tasks; t++)
                of[t] = stream.NextInt32(groups);
            return TaskGrouping.FromAssignment(of);
        });
    }

    /// <summary>A partition with about one helper per group.</summary>
    private static TaskGrouping Helped(TaskGrouping partition, RandomStream stream) =>
        new([.. partition.Groups.Select(g =>
        new TaskGroup(g.Served, [.. Enumerable.Range(0, partition.TaskCount)
            .Where(t => !g.Served.Contains(t) && stream.NextInt32(partition.TaskCount) == 0)]))]);

    /// <summary>A partition with every choice of helpers, the partition itself first.</summary>
    private static IEnumerable<TaskGrouping> Covers(TaskGrouping partition) => partition.Groups
        .Aggregate<TaskGroup, IEnumerable<TaskGroup[]>>([[]], (some, group) => some.SelectMany(groups =>
        {
            int[] others = [.. Enumerable.Range(0, partition.TaskCount).Except(group.Served)];
            return Enumerable.Range(0, 1 << others.Length).Select(set => (TaskGroup[])[.. groups,
                new TaskGroup(group.Served, [.. others.Where((_, i) => (set >> i & 1) == 1)])]);
        })).Select(groups => new TaskGrouping(groups));

    private IEnumerable<LearnerSettings> BestSettings(SubsetSurrogate surrogate, double[][] weights)
    {
        int[] all = [.. Enumerable.Range(0, _space.TaskNames.Count)];
        return _space.AllSettings().OrderByDescending(s => surrogate.Gain(weights, s, all));
    }

    private bool Allow(TaskGrouping grouping) => grouping.Count <= MostGroups && !GroupingMoves.HasTwins(grouping)
        && _space.Constraints.Allow(grouping, _space.TaskNames);

    private bool Allow(int[] assignment) =>
        (_space.Constraints.IsEmpty && MostGroups == int.MaxValue) || Allow(TaskGrouping.FromAssignment(assignment));
}
