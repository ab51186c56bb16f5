using System.Globalization;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Fitting;

/// <summary>Tells the log and the caller about every phase of an estimate.</summary>
internal sealed class PhaseLog(IChannel channel, IProgress<FitProgress>? listener) : IProgress<FitProgress>
{
    public void Report(FitProgress value)
    {
        channel.Trace(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture,
            $"Phase {value.Done + 1}{(value.Total is { } total ? $" of {total}" : "")}: {value.Phase}, after " +
            $"{value.Elapsed.TotalSeconds:F1} s"));
        listener?.Report(value);
    }
}
