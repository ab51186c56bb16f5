using System.Diagnostics;
using System.Globalization;
using MLNet.MultiTask.Learners;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Fitting;

/// <summary>
/// Tells the log and the caller about every epoch, with the most time that is left. Groups may be fitted at once; what
/// is told is told one after the other.
/// </summary>
internal sealed class EpochLog(IChannel channel, IProgress<FitProgress>? listener, int groups, int? maxEpochs,
    int? maxSteps) : IConcurrentProgress
{
    private readonly Lock _lock = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Dictionary<int, int> _epochs = [];

    public void Report(TrainingProgress value)
    {
        lock (_lock)
        {
            _epochs[value.Group] = value.Epoch;
            long? most = Most(value);
            var progress = new FitProgress("Training", _epochs.Values.Sum(), most * groups,
                Stopwatch.GetElapsedTime(_started)) { Epoch = value };
            channel.Trace(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture,
                $"Group {value.Group}, epoch {value.Epoch}{(most is { } m ? $" of at most {m}" : "")}: loss " +
                $"{value.TrainLoss:G4}, validation loss {value.ValidationLoss:G4}{Left(progress.TimeLeft)}"));
            listener?.Report(progress);
        }
    }

    private long? Most(TrainingProgress value)
    {
        long? bySteps = maxSteps is { } steps && value.Steps > 0
            ? (long)Math.Ceiling((double)steps * value.Epoch / value.Steps) : null;
        return maxEpochs is { } epochs ? Math.Min(epochs, bySteps ?? epochs) : bySteps;
    }

    private static string Left(TimeSpan? left) => left is not { } time ? ""
        : string.Create(CultureInfo.InvariantCulture, $", at most {time.TotalSeconds:F1} s left");
}
