namespace MLNet.MultiTask.Search;

/// <summary>
/// Proposals and what came of them, in the order of the proposals: what is proposed next depends on what is known, not
/// on the order in which it became known. A proposal that nothing is known of yet counts as if it had come out as usual
/// (constant liar; Ginsbourger, Le Riche, Carraro 2010), so that the next one is not its twin.
/// </summary>
internal sealed class SweepMemory(SubsetSurrogate surrogate)
{
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<SweepPoint, Entry> _open = [];
    private readonly HashSet<SweepPoint> _seen = [];
    private readonly SweepNoise _noise = new();
    private int _learned;

    /// <summary>Proposals that nothing was reported of.</summary>
    public int Outstanding => _open.Count;

    /// <summary>The point of the lowest mean loss; null while nothing is known.</summary>
    public SweepPoint? Best => _entries.Where(e => double.IsFinite(e.Loss)).MinBy(e => e.Loss)?.Point;

    /// <summary>Whether a point was proposed or reported.</summary>
    public bool Has(SweepPoint point) => _seen.Contains(point);

    public void Propose(SweepPoint point)
    {
        _seen.Add(point);
        var entry = new Entry(point);
        _entries.Add(entry);
        _open.Add(point, entry);
    }

    /// <param name="point">Proposed or not.</param>
    /// <param name="losses">Runs × T; null = it failed.</param>
    public void Report(SweepPoint point, IReadOnlyList<IReadOnlyList<double>>? losses)
    {
        _seen.Add(point);
        if (!_open.Remove(point, out Entry? entry))
            _entries.Add(entry = new Entry(point));
        entry.IsOpen = false;
        if (losses is null)
            return;
        entry.Runs = [.. losses.Select(run => run.ToArray())];
        entry.Loss = SweepLosses.Mean(losses);
    }

    /// <summary>What all that is known says, and how noisy a loss is.</summary>
    public (SubsetSurrogate Surrogate, double Noise) Known()
    {
        for (; _learned < _entries.Count && !_entries[_learned].IsOpen; _learned++)
        {
            Learn(_entries[_learned], surrogate, _noise);
            _entries[_learned].Runs = null;
        }
        if (_learned == _entries.Count)
            return (surrogate, _noise.Variance);
        (SubsetSurrogate all, SweepNoise noise) = (surrogate.Clone(), _noise.Clone());
        for (int i = _learned; i < _entries.Count; i++)
            Learn(_entries[i], all, noise);
        double[] usual = all.MeanLosses();
        foreach (Entry entry in _entries.Skip(_learned).Where(e => e.IsOpen))
            all.Add(entry.Point, usual);
        return (all, noise.Variance);
    }

    private static void Learn(Entry entry, SubsetSurrogate surrogate, SweepNoise noise)
    {
        if (entry.Runs is not { } runs)
            return;
        noise.Add(runs);
        surrogate.Add(entry.Point, SweepLosses.PerTask(runs));
    }

    private sealed class Entry(SweepPoint point)
    {
        public SweepPoint Point => point;

        public bool IsOpen { get; set; } = true;

        public double Loss { get; set; } = double.NaN;

        /// <summary>Runs × T until they are learned; null after that, and after a failure.</summary>
        public double[][]? Runs { get; set; }
    }
}
