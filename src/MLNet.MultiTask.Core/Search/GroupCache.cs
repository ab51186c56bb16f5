using System.Collections.Immutable;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Search;

/// <summary>What is remembered of a trained group: how well each member did, not the model.</summary>
/// <param name="Members">Tasks of the group, ascending.</param>
/// <param name="Losses">One per member; NaN where it is not known.</param>
/// <param name="IsWhole">Whether the losses of all members are known, not only of those that a trial asked for.</param>
/// <param name="Cost">What its model costs; null where it is not known.</param>
internal sealed record GroupScore(IReadOnlyList<int> Members, double[] Losses, bool IsWhole = true, SweepCost? Cost = null)
{
    /// <summary>Loss of a task; NaN where it is no member.</summary>
    public double Loss(int task)
    {
        for (int i = 0; i < Losses.Length; i++)
            if (Members[i] == task)
                return Losses[i];
        return double.NaN;
    }
}

/// <summary>
/// Scores of every group trained in a fold: a group with the same learner, settings, rows and seed is trained once,
/// whatever number of trials hold it. Models are kept for the best trial only.
/// </summary>
internal sealed class GroupCache
{
    private readonly List<KeyValuePair<(string Group, int Fold, int Epochs), GroupScore>>? _added;
    private ImmutableDictionary<(string Group, int Fold, int Epochs), GroupScore> _scores =
        ImmutableDictionary<(string, int, int), GroupScore>.Empty;
    private Dictionary<string, GroupFit> _fits = [];

    public GroupCache()
    {
    }

    private GroupCache(GroupCache seen) => (_scores, _fits, _added) = (seen._scores, seen._fits, []);

    /// <summary>Groups trained so far, over all folds.</summary>
    public int Count => _scores.Count;

    /// <summary>A group of a learner as text.</summary>
    public static string Key(SweepPoint point, TaskGroup group) =>
        $"{string.Join(',', group.Members)} {point.LearnerText}";

    /// <summary>The score of a group after some epochs (0 = the end); null = not trained yet.</summary>
    public GroupScore? Score(string group, int fold, int epochs) => _scores.GetValueOrDefault((group, fold, epochs));

    public void Add(string group, int fold, int epochs, GroupScore score)
    {
        _scores = _scores.SetItem((group, fold, epochs), score);
        _added?.Add(new((group, fold, epochs), score));
    }

    /// <summary>The cache as it is now, for a trial that runs beside others.</summary>
    public GroupCache Branch() => new(this);

    /// <summary>Takes what a branch found out.</summary>
    public void Take(GroupCache branch) => _scores = _scores.SetItems(branch._added!);

    /// <summary>The first fold's models that are kept.</summary>
    public GroupFit? Fit(string group) => _fits.GetValueOrDefault(group);

    /// <summary>Keeps these models of the first fold and lets go of all others.</summary>
    public void Keep(IReadOnlyDictionary<string, GroupFit> fits) => _fits = new(fits);

    /// <summary>Takes note of what an earlier run of the sweep found out.</summary>
    public void Replay(SweepTrial trial)
    {
        for (int fold = 0; fold < trial.Losses.Count; fold++)
            Replay(trial.Point, fold, trial.Losses[fold], fold == 0 ? trial.Costs : []);
        foreach (var (epochs, losses) in trial.Rungs)
            for (int fold = 0; fold < losses.Count; fold++)
                foreach (TaskGroup group in trial.Point.Grouping.Groups)
                    Add(Key(trial.Point, group), fold, epochs, Part(losses[fold], group));
    }

    /// <summary>The same of one fold.</summary>
    public void Replay(SweepPoint point, int fold, double[] losses, IReadOnlyList<SweepCost> costs)
    {
        IReadOnlyList<TaskGroup> groups = point.Grouping.Groups;
        for (int g = 0; g < groups.Count; g++)
            Add(Key(point, groups[g]), fold, 0, Part(losses, groups[g]) with
            {
                Cost = g < costs.Count ? costs[g] : null,
            });
    }

    /// <summary>Every group that was judged in all folds, with its score in each.</summary>
    public IEnumerable<(string Group, GroupScore[] Folds)> Complete(int folds) =>
        _scores.Keys.Where(k => k is { Fold: 0, Epochs: 0 }).Select(k => k.Group)
            .Where(g => Enumerable.Range(0, folds).All(f => _scores.ContainsKey((g, f, 0))))
            .Order(StringComparer.Ordinal)
            .Select(g => (g, Enumerable.Range(0, folds).Select(f => _scores[(g, f, 0)]).ToArray()));

    // Helpers are not served by their group, so a history says nothing of them: such groups are trained again.
    private static GroupScore Part(double[] losses, TaskGroup group) => new(group.Members,
        [.. group.Members.Select(t => group.Served.Contains(t) ? losses[t] : double.NaN)], group.Helpers.Count == 0);
}
