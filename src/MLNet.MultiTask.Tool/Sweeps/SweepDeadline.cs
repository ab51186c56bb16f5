using System.Diagnostics;
using System.Globalization;

namespace MLNet.MultiTask.Tool.Sweeps;

/// <summary>
/// The time of the verb <c>sweep</c>, from its start to its last line: most of it is the sweep's, the rest goes to what
/// the choice is compared with on test rows.
/// </summary>
internal sealed class SweepDeadline(CancellationToken caller) : IDisposable
{
    private const double TableShare = 0.15;

    private readonly long _started = Stopwatch.GetTimestamp();
    private CancellationTokenSource? _table;

    /// <summary>Cancelled by the caller, or when the time is over.</summary>
    public CancellationToken Table => _table?.Token ?? caller;

    /// <summary>What is left to the sweep itself; the time of the table begins to run.</summary>
    /// <exception cref="InputException">Nothing is left.</exception>
    public TimeSpan? Begin(TimeSpan? limit)
    {
        if (limit is not { } whole)
            return null;
        TimeSpan passed = Stopwatch.GetElapsedTime(_started), sweep = whole * (1 - TableShare) - passed;
        if (sweep <= TimeSpan.Zero)
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"--minutes is {whole.TotalMinutes}, but reading the data took {passed.TotalSeconds:F1} s of it; " +
                $"give more."));
        _table = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _table.CancelAfter(whole - passed);
        return sweep;
    }

    public void Dispose() => _table?.Dispose();
}
