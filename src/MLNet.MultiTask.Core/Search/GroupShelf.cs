namespace MLNet.MultiTask.Search;

/// <summary>
/// Scores of trained groups in a <see cref="SpillFile"/>: in memory is one number per group, whatever number of folds
/// it was trained in. May be used by several threads.
/// </summary>
internal sealed class GroupShelf(SpillFile file)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, long> _latest = [];

    /// <summary>Records so far.</summary>
    public int Records { get; private set; }

    /// <summary>Trainings whose score is known: groups, folds and numbers of epochs.</summary>
    public int Count { get; private set; }

    /// <summary>Keeps a score; what is known whole stays as it is.</summary>
    public void Add(string group, int fold, int epochs, GroupScore score)
    {
        lock (_lock)
        {
            GroupScore? known = Find(group, fold, epochs, int.MaxValue);
            if (known is { IsWhole: true })
                return;
            UInt128 hash = TextHash.Of(group);
            var record = new GroupRecord(Records++, _latest.GetValueOrDefault(hash, -1), group, fold, epochs, score);
            _latest[hash] = file.Add(record.ToBytes());
            Count += known is null ? 1 : 0;
        }
    }

    /// <summary>The latest score among the first records; null = there is none.</summary>
    public GroupScore? Find(string group, int fold, int epochs, int records)
    {
        lock (_lock)
            return Of(TextHash.Of(group)).FirstOrDefault(r => r.Number < records && r.Fold == fold && r.Epochs == epochs
                && r.Group == group)?.Score;
    }

    /// <summary>Every group that was trained to the end in all of the first folds, with its score in each.</summary>
    public IEnumerable<(string Group, GroupScore[] Folds)> Complete(int folds)
    {
        lock (_lock)
            return [.. _latest.Keys.SelectMany(hash => Of(hash).Where(r => r.Epochs == 0 && r.Fold < folds)
                .GroupBy(r => r.Group).Select(g => (g.Key, Scores: g.DistinctBy(r => r.Fold).OrderBy(r => r.Fold)
                    .Select(r => r.Score).ToArray())))
                .Where(g => g.Scores.Length == folds).OrderBy(g => g.Key, StringComparer.Ordinal)];
    }

    /// <summary>The records of a hash, the latest first.</summary>
    private IEnumerable<GroupRecord> Of(UInt128 hash)
    {
        for (long place = _latest.GetValueOrDefault(hash, -1); place >= 0;)
        {
            GroupRecord record = GroupRecord.Of(file.Read(place));
            yield return record;
            place = record.Earlier;
        }
    }
}
