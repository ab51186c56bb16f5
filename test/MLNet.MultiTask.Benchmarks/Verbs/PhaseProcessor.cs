using System.Diagnostics;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// Processor seconds of the phases of an estimate, over all threads: other work on the machine hardly changes them.
/// What comes between two phases counts to the first.
/// </summary>
internal sealed class PhaseProcessor : IProgress<FitProgress>
{
    private readonly List<(string Phase, double From)> _begun = [];

    /// <inheritdoc/>
    public void Report(FitProgress value) => _begun.Add((value.Phase, Now()));

    /// <summary>Seconds by phase until now, in the order in which phases began; one that comes again adds up.</summary>
    public IEnumerable<KeyValuePair<string, double>> Seconds()
    {
        double[] ends = [.. _begun.Skip(1).Select(b => b.From), Now()];
        return _begun.Zip(ends, (begun, end) => (begun.Phase, Seconds: end - begun.From)).GroupBy(p => p.Phase)
            .Select(phase => KeyValuePair.Create(phase.Key, phase.Sum(p => p.Seconds)));
    }

    private static double Now()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }
}
