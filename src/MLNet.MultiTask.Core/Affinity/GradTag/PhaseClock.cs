using System.Diagnostics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Seconds of the phases of an estimate, in the order in which they began; a phase that comes again adds up.
/// </summary>
internal sealed class PhaseClock(IProgress<FitProgress>? progress = null)
{
    private readonly List<KeyValuePair<string, double>> _seconds = [];
    private readonly long _begun = Stopwatch.GetTimestamp();

    public IReadOnlyDictionary<string, double> Seconds => new Dictionary<string, double>(_seconds);

    /// <summary>Runs <paramref name="work"/> as part of a phase.</summary>
    public T Measure<T>(string phase, Func<T> work)
    {
        progress?.Report(new FitProgress(phase, _seconds.Count, null, Stopwatch.GetElapsedTime(_begun)));
        long started = Stopwatch.GetTimestamp();
        T result = work();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        int known = _seconds.FindIndex(s => s.Key == phase);
        if (known < 0)
            _seconds.Add(new(phase, seconds));
        else
            _seconds[known] = new(phase, _seconds[known].Value + seconds);
        return result;
    }
}
