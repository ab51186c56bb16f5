namespace MLNet.MultiTask.Search;

/// <summary>Tells a sweep from others.</summary>
internal static class SweepFingerprint
{
    /// <summary>Everything that decides the trials, as lines.</summary>
    public static List<string> Of(SweepSpace space, TaskTable table, SweepOptions options, int folds) =>
    [
        .. space.Lines,
        "losses relative to trivial: rmse, log-loss",
        FormattableString.Invariant($"{table.RowCount} rows, {table.FeatureCount} features"),
        FormattableString.Invariant($"data {table.ContentHash:x16}"),
        FormattableString.Invariant($"seed {options.Seed}, {folds} folds"),
        FormattableString.Invariant($"rows to divide {options.RowsToDivide?.Length ?? table.RowCount}") +
            FormattableString.Invariant($" {Hash(options.RowsToDivide):x16}"),
        FormattableString.Invariant($"validation {options.ValidationFraction}, ordered {options.Splitter.IsOrdered}"),
        FormattableString.Invariant($"row keys {Hash(options.Splitter.RowKeys ?? []):x16}"),
        $"affinity {options.AffinityEstimator?.Name ?? "none"}",
        FormattableString.Invariant(
            $"judging rows {options.Rows?.Validation.Length ?? 0} {Hash(options.Rows?.Validation):x16} of ") +
            FormattableString.Invariant($"{options.Rows?.Train.Length ?? 0} {Hash(options.Rows?.Train):x16}"),
        FormattableString.Invariant($"at most {options.MaxModelBytes} bytes, {options.MaxMicrosecondsPerRow} µs a row"),
        $"confirm {options.Confirm}, stop losers {options.StopLosers}, rungs {string.Join(' ', options.Rungs)}",
        .. options.Outstanding == 1 ? (string[])[]
            : [FormattableString.Invariant($"outstanding {options.Outstanding}")],
    ];

    private static ulong Hash(int[]? rows) => Hash((rows ?? []).Select(r => (ulong)r));

    private static ulong Hash(IEnumerable<ulong> numbers)
    {
        ulong hash = 0;
        foreach (ulong number in numbers)
            hash = RandomStream.Mix(hash ^ number);
        return hash;
    }
}
