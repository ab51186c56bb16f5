using System.Globalization;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>How far a training has come whose learner has rounds of its own, and nobody knows how many.</summary>
internal sealed class RoundProgress(int models, Action<string> detail) : IProgress<TrainingProgress>
{
    private double _seconds;

    public void Report(TrainingProgress value)
    {
        _seconds += value.Seconds;
        detail(string.Create(CultureInfo.InvariantCulture,
            $"model {value.Group + 1} of {models}, round {value.Epoch}, " +
            $"validation loss {value.ValidationLoss:G4}, {_seconds:F1} s"));
    }
}
