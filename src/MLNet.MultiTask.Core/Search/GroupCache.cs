using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Search;

/// <summary>
/// Scores of every group trained in a fold: a group with the same learner, settings, rows and seed is trained once,
/// whatever number of trials hold it. Models are kept for the best trial only.
/// </summary>
internal sealed class GroupCache
{
    private readonly GroupShelf _shelf;
    private readonly int _records = int.MaxValue;
    private readonly Dictionary<(string Group, int Fold, int Epochs), GroupScore>? _added;
    private Dictionary<string, GroupFit> _fits = [];

    public GroupCache(SpillFile file) => _shelf = new GroupShelf(file);

    private GroupCache(GroupCache seen) =>
        (_shelf, _records, _fits, _added) = (seen._shelf, seen._shelf.Records, seen._fits, []);

    /// <summary>Groups trained so far, over all folds.</summary>
    public int Count => _shelf.Count;

    /// <summary>A group of a learner as text.</summary>
    public static string Key(SweepPoint point, TaskGroup group) => Key(point.Of(group), group);

    /// <summary>The same of any learner.</summary>
    public static string Key(LearnerSettings settings, TaskGroup group) =>
        $"{string.Join(',', group.Members)} {settings}";

    /// <summary>The score of a group after some epochs (0 = the end); null = not trained yet.</summary>
    public GroupScore? Score(string group, int fold, int epochs) =>
        _added?.GetValueOrDefault((group, fold, epochs)) ?? _shelf.Find(group, fold, epochs, _records);

    public void Add(string group, int fold, int epochs, GroupScore score)
    {
        if (_added is null)
            _shelf.Add(group, fold, epochs, score);
        else
            _added[(group, fold, epochs)] = score;
    }

    /// <summary>The cache as it is now, for a trial that runs beside others.</summary>
    public GroupCache Branch() => new(this);

    /// <summary>Takes what a branch found out.</summary>
    public void Take(GroupCache branch)
    {
        foreach (var (key, score) in branch._added!)
            _shelf.Add(key.Group, key.Fold, key.Epochs, score);
    }

    /// <summary>The first fold's models that are kept.</summary>
    public GroupFit? Fit(string group) => _fits.GetValueOrDefault(group);

    /// <summary>Keeps these models of the first fold and lets go of all others.</summary>
    public void Keep(IReadOnlyDictionary<string, GroupFit> fits) => _fits = new(fits);

    /// <summary>Takes note of what an earlier run of the sweep found out.</summary>
    public void Replay(SweepTrial trial)
    {
        for (int fold = 0; fold < trial.Losses.Count; fold++)
            Replay(trial.Point, fold, trial.Losses[fold], fold == 0 ? trial.Costs : [],
                fold < trial.HelperLosses.Count ? trial.HelperLosses[fold] : []);
        foreach (var (epochs, losses) in trial.Rungs)
            for (int fold = 0; fold < losses.Count; fold++)
                foreach (TaskGroup group in trial.Point.Grouping.Groups)
                    Add(Key(trial.Point, group), fold, epochs, Part(losses[fold], group));
    }

    /// <summary>The same of one fold.</summary>
    public void Replay(SweepPoint point, int fold, double[] losses, IReadOnlyList<SweepCost> costs,
        ReadOnlySpan<double> helpers = default)
    {
        IReadOnlyList<TaskGroup> groups = point.Grouping.Groups;
        for (int g = 0; g < groups.Count; g++)
        {
            int own = Math.Min(groups[g].Helpers.Count, helpers.Length);
            Add(Key(point, groups[g]), fold, 0, Part(losses, groups[g], helpers[..own]) with
            {
                Cost = g < costs.Count ? costs[g] : null,
            });
            helpers = helpers[own..];
        }
    }

    /// <summary>Every group that was judged in all folds, with its score in each.</summary>
    public IEnumerable<(string Group, GroupScore[] Folds)> Complete(int folds) => _shelf.Complete(folds);

    // Helpers are not served by their group: where nothing says how they did, such groups are trained again.
    private static GroupScore Part(double[] losses, TaskGroup group, ReadOnlySpan<double> helpers = default)
    {
        var own = new double[group.Members.Count];
        for (int i = 0, h = 0; i < own.Length; i++)
            own[i] = group.Served.Contains(group.Members[i]) ? losses[group.Members[i]]
                : h < helpers.Length ? helpers[h++] : double.NaN;
        return new(group.Members, own, group.Helpers.Count == helpers.Length);
    }
}
