namespace MLNet.MultiTask.Search;

/// <summary>
/// Mean loss over runs and served tasks of every group seen, by learner and settings: a few numbers per group.
/// </summary>
internal sealed class GroupLosses
{
    private readonly Dictionary<UInt128, SeenSettings[]> _seen = [];
    private readonly HashSet<LearnerSettings> _settings = [];

    /// <summary>
    /// Takes note of a point. A group that was seen before counts as it came with most runs: a trial that was stopped
    /// says less.
    /// </summary>
    /// <param name="point">What was tried.</param>
    /// <param name="runs">Runs × T losses.</param>
    /// <param name="only">The one group of interest; null = all.</param>
    public void Add(SweepPoint point, IReadOnlyList<IReadOnlyList<double>> runs, TaskGroup? only = null)
    {
        double[] losses = SweepLosses.PerTask(runs);
        string? wanted = only is null ? null : Text(only);
        foreach (TaskGroup group in point.Grouping.Groups)
        {
            double loss = SweepLosses.Average(group.Served.Select(t => losses[t]));
            if ((wanted is null || wanted == Text(group)) && double.IsFinite(loss))
                Add(group, point.Of(group), loss, runs.Count);
        }
    }

    /// <summary>What is known of a group.</summary>
    public SeenSettings[] Of(TaskGroup group) =>
        _seen.GetValueOrDefault(TextHash.Of(Text(group)), []);

    /// <summary>One that knows this of a group, and nothing else.</summary>
    public GroupLosses Part(TaskGroup group)
    {
        var part = new GroupLosses();
        foreach (var (settings, loss, runs) in Of(group))
            part.Add(group, settings, loss, runs);
        return part;
    }

    private void Add(TaskGroup group, LearnerSettings settings, double loss, int runs)
    {
        if (!_settings.TryGetValue(settings, out LearnerSettings? own))
            _settings.Add(own = settings);
        UInt128 key = TextHash.Of(Text(group));
        var known = _seen.GetValueOrDefault(key, []);
        if (!known.Any(k => k.Settings.Equals(own) && k.Runs >= runs))
            _seen[key] = [.. known.Where(k => !k.Settings.Equals(own)), new(own, loss, runs)];
    }

    private static string Text(TaskGroup group) =>
        $"{string.Join(',', group.Served)} {string.Join(',', group.Helpers)}";
}
