using System.Diagnostics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Seconds of the phases of an estimate, in the order in which they began; a phase that comes again adds up.
/// </summary>
internal sealed class PhaseClock
{
    private readonly List<KeyValuePair<string, double>> _seconds = [];

    public IReadOnlyDictionary<string, double> Seconds => new Dictionary<string, double>(_seconds);

    /// <summary>Runs <paramref name="work"/> as part of a phase.</summary>
    public T Measure<T>(string phase, Func<T> work)
    {
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
