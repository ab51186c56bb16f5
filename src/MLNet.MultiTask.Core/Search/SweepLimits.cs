namespace MLNet.MultiTask.Search;

/// <summary>What the models of the choice may cost, and how many groups that leaves room for.</summary>
internal sealed class SweepLimits(SweepOptions options)
{
    private readonly HashSet<string> _unknown = [];

    /// <summary>More groups than these cannot be paid, by the smallest model of a trial that cost too much.</summary>
    public int MostGroups { get; private set; } = int.MaxValue;

    /// <summary>One sentence per learner whose models' size is not known.</summary>
    public IEnumerable<string> Notes =>
        _unknown.Order(StringComparer.Ordinal).Select(learner => "The size of models of '" +
        $"{learner}' is not known, so that none of them is chosen under {nameof(SweepOptions.MaxModelBytes)}");

    /// <summary>Whether a trial costs too much, or as much as nobody knows.</summary>
    public bool Exceeds(SweepTrial trial)
    {
        if (trial.Status != SweepTrialStatus.Completed)
            return false;
        if (options.MaxModelBytes is not null && trial.Bytes is null)
        {
            _unknown.UnionWith(trial.Point.Groups.Where((_, g) => trial.Costs.ElementAtOrDefault(g)?.Bytes is null)
                .Select(g => g.Learner));
            return true;
        }
        if (trial.Bytes > options.MaxModelBytes)
        {
            long least = Math.Max(1, trial.Costs.Min(c => c.Bytes!.Value));
            MostGroups = (int)Math.Min(MostGroups, Math.Max(1, options.MaxModelBytes.Value / least));
            return true;
        }
        return trial.MicrosecondsPerRow > options.MaxMicrosecondsPerRow;
    }

    /// <summary>Says that all trials cost too much; null where that is not why nothing can be chosen.</summary>
    public InvalidOperationException? NothingKept(IReadOnlyList<SweepTrial> trials)
    {
        SweepTrial[] over = [.. trials.Where(t => t.IsOverLimit)];
        if (over.Length == 0)
            return null;
        SweepTrial small = over.MinBy(t => t.Bytes ?? long.MaxValue)!;
        return new InvalidOperationException(string.Join("; ",
        [
            FormattableString.Invariant(
                $"No trial of the sweep keeps to its limits: of {trials.Count}, {over.Length} cost ") +
            FormattableString.Invariant($"too much; the smallest, trial {small.Number} ({small.Point}), has ") +
            $"{(small.Bytes is null ? "an unknown number of" : Text(small.Bytes))} bytes and takes " +
            FormattableString.Invariant($"{small.MicrosecondsPerRow:F1} µs a row, where ") +
            FormattableString.Invariant($"{nameof(SweepOptions.MaxModelBytes)} is {Text(options.MaxModelBytes)} and ") +
            FormattableString.Invariant(
                $"{nameof(SweepOptions.MaxMicrosecondsPerRow)} {Text(options.MaxMicrosecondsPerRow)}"),
            "allow more, or add smaller learners", .. Notes,
        ]));
    }

    private static string Text(IFormattable? limit) =>
        limit?.ToString(null, System.Globalization.CultureInfo.InvariantCulture) ?? "not set";
}
