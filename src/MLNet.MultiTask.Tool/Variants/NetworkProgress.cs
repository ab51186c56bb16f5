using System.Globalization;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>
/// How far a training of several networks, one after the other, has come: in per cent of the most it can take, so that
/// it jumps where a network stops early.
/// </summary>
internal sealed class NetworkProgress(int networks, TrainingOptions options, Action<string> detail)
    : IProgress<TrainingProgress>
{
    private double _seconds;

    public void Report(TrainingProgress value)
    {
        _seconds += value.Seconds;
        double share = Math.Max((double)value.Epoch / options.MaxEpochs, value.Steps / (double?)options.MaxSteps ?? 0);
        detail(string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(100 * (value.Group + share) / networks)} %, " +
            $"network {value.Group + 1} of {networks}, epoch {value.Epoch} ({value.Steps} updates), " +
            $"loss {value.TrainLoss:G4}, validation loss {value.ValidationLoss:G4}, {_seconds:F1} s"));
    }
}
