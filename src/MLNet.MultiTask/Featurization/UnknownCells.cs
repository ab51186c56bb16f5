using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Featurization;

/// <summary>Counts cells with values that the training did not have, and says so once per column.</summary>
internal sealed class UnknownCells(MLContext context, string[] columns)
{
    private readonly long[] _counts = new long[columns.Length];
    private readonly bool[] _said = new bool[columns.Length], _warned = new bool[columns.Length];
    private readonly Lock _lock = new();

    public IReadOnlyDictionary<string, long> ToDictionary()
    {
        lock (_lock)
            return Enumerable.Range(0, columns.Length).ToDictionary(c => columns[c], c => _counts[c]);
    }

    /// <summary>Adds what a cursor or a row met.</summary>
    /// <param name="counts">Unknown cells per column.</param>
    /// <param name="examples">Per column one of them.</param>
    /// <param name="rows">Rows read.</param>
    public void Add(long[] counts, string?[] examples, long rows)
    {
        for (int c = 0; c < counts.Length; c++)
            FeatureTelemetry.Unknown(columns[c], counts[c]);
        lock (_lock)
        {
            string[] all = [.. Of(c => counts[c] == rows && !_warned[c])];
            string[] some = [.. Of(c => counts[c] < rows && !_said[c])];
            for (int c = 0; c < counts.Length; c++)
            {
                _counts[c] += counts[c];
                _warned[c] |= counts[c] > 0 && counts[c] == rows;
                _said[c] |= counts[c] > 0;
            }
            if (all.Length == 0 && some.Length == 0)
                return;
            using IChannel channel = ((IHostEnvironment)context).Start("MultiTask.Featurize");
            if (all.Length > 0)
                channel.Warning(MessageSensitivity.Schema, "No value was there in training, in all of " +
                    Rows(rows) + ": " + string.Join(", ", all) + ". Is it the right data?");
            if (some.Length > 0)
                channel.Info(MessageSensitivity.Schema, "Values that were not there in training, among " +
                    Rows(rows) + ": " + string.Join(", ", some) + ". They count as no category, or as missing numbers");
        }

        IEnumerable<string> Of(Func<int, bool> which) => Enumerable.Range(0, counts.Length)
            .Where(c => counts[c] > 0 && which(c))
            .Select(c => string.Create(CultureInfo.InvariantCulture,
                $"column '{columns[c]}' {counts[c]} (such as '{examples[c]}')"));
    }

    private static string Rows(long rows) => Counted.Of(rows, "row");
}
