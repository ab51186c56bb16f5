namespace MLNet.MultiTask.Search;

/// <summary>
/// Proposals and what came of them, in the order of the proposals: what is proposed next depends on what is known, not
/// on the order in which it became known. A proposal that nothing is known of yet counts as if it had come out as usual
/// (constant liar; Ginsbourger, Le Riche, Carraro 2010), so that the next one is not its twin. Of what was learned, a
/// hash stays, so that memory hardly grows.
/// </summary>
/// <param name="surrogate">Learns from what is reported.</param>
/// <param name="seen">What is known of single groups; null = nothing is kept of them.</param>
internal sealed class SweepMemory(SubsetSurrogate surrogate, GroupLosses? seen = null)
{
    private readonly Queue<Entry> _entries = [];
    private readonly Dictionary<SweepPoint, Entry> _open = [];
    private readonly HashSet<UInt128> _seen = [];
    private readonly HashSet<UInt128> _groups = [];
    private readonly SweepNoise _noise = new();
    private int _count;
    private (double Loss, int Number) _best = (double.PositiveInfinity, 0);

    /// <summary>Proposals that nothing was reported of.</summary>
    public int Outstanding => _open.Count;

    /// <summary>The point of the lowest mean loss; null while nothing is known.</summary>
    public SweepPoint? Best { get; private set; }

    /// <summary>Whether a point was proposed or reported.</summary>
    public bool Has(SweepPoint point) => _seen.Contains(TextHash.Of(point.ToString()));

    /// <summary>The same of a partition as group numbers, all of whose groups have the same settings.</summary>
    public bool Has(int[] partition, LearnerSettings settings) =>
        _seen.Contains(TextHash.Of($"{PartitionText.Of(partition)} {settings}"));

    /// <summary>Groups of a point that no point before it held with the same settings: what must be trained.</summary>
    public int NewGroups(SweepPoint point) =>
        point.Grouping.Groups.Count(g => !_groups.Contains(TextHash.Of(GroupCache.Key(point, g))));

    public void Propose(SweepPoint point) => _open.Add(point, Enter(point));

    /// <param name="point">Proposed or not.</param>
    /// <param name="losses">Runs × T; null = it failed.</param>
    public void Report(SweepPoint point, IReadOnlyList<IReadOnlyList<double>>? losses)
    {
        if (!_open.Remove(point, out Entry? entry))
            entry = Enter(point);
        entry.IsOpen = false;
        if (losses is null)
            return;
        entry.Runs = [.. losses.Select(run => run.ToArray())];
        (double Loss, int Number) own = (SweepLosses.Mean(losses), entry.Number);
        if (double.IsFinite(own.Loss) && own.CompareTo(_best) < 0)
            (_best, Best) = (own, point);
    }

    /// <summary>What all that is known says, and how noisy a loss is.</summary>
    public (SubsetSurrogate Surrogate, double Noise) Known()
    {
        while (_entries.TryPeek(out Entry? first) && !first.IsOpen)
        {
            Entry entry = _entries.Dequeue();
            Learn(entry, surrogate, _noise);
            if (entry.Runs is { } runs)
                seen?.Add(entry.Point, runs);
        }
        if (_entries.Count == 0)
            return (surrogate, _noise.Variance);
        (SubsetSurrogate all, SweepNoise noise) = (surrogate.Clone(), _noise.Clone());
        foreach (Entry entry in _entries)
            Learn(entry, all, noise);
        double[] usual = all.MeanLosses();
        foreach (Entry entry in _entries.Where(e => e.IsOpen))
            all.Add(entry.Point, usual);
        return (all, noise.Variance);
    }

    /// <summary>Mean losses that a group was seen with, by learner and settings.</summary>
    /// <exception cref="InvalidOperationException">Nothing is kept of groups.</exception>
    public SeenSettings[] Seen(TaskGroup group)
    {
        GroupLosses all = (seen ?? throw new InvalidOperationException("Nothing is kept of groups")).Part(group);
        foreach (Entry entry in _entries)
            if (entry.Runs is { } runs)
                all.Add(entry.Point, runs, group);
        return all.Of(group);
    }

    private Entry Enter(SweepPoint point)
    {
        _seen.Add(TextHash.Of(point.ToString()));
        foreach (TaskGroup group in point.Grouping.Groups)
            _groups.Add(TextHash.Of(GroupCache.Key(point, group)));
        var entry = new Entry(point, _count++);
        _entries.Enqueue(entry);
        return entry;
    }

    private static void Learn(Entry entry, SubsetSurrogate surrogate, SweepNoise noise)
    {
        if (entry.Runs is not { } runs)
            return;
        noise.Add(runs);
        surrogate.Add(entry.Point, SweepLosses.PerTask(runs));
    }

    private sealed class Entry(SweepPoint point, int number)
    {
        public SweepPoint Point => point;

        public int Number => number;

        public bool IsOpen { get; set; } = true;

        /// <summary>Runs × T; null before, and after a failure.</summary>
        public double[][]? Runs { get; set; }
    }
}
