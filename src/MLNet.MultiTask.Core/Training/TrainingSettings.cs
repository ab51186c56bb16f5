using System.Globalization;

namespace MLNet.MultiTask.Training;

/// <summary>Everything in <see cref="TrainingOptions"/> that decides the bits of a training, but its seed.</summary>
internal static class TrainingSettings
{
    /// <summary>One line, in a fixed order.</summary>
    public static string Of(TrainingOptions options) => string.Join("; ",
        $"hidden {(options.Hidden.Count == 0 ? "none" : string.Join(',', options.Hidden))}",
        $"layer norm {options.LayerNorm}{(options.LinearSkip ? "; linear skip" : "")}",
        FormattableString.Invariant($"dropout {options.Dropout}"),
        OfAnyNetwork(options), $"engine {options.Engine.Name}") +
        (options.InitialModel is not { } model ? ""
            : FormattableString.Invariant($"; from model {WarmStart.Hash(model):x16}"));

    /// <summary>The part that does not say what the network is.</summary>
    public static string OfAnyNetwork(TrainingOptions options) => string.Join("; ",
        FormattableString.Invariant($"learning rate {options.LearningRate} ({options.Schedule})"),
        FormattableString.Invariant($"gradient norm {options.MaxGradientNorm}"),
        FormattableString.Invariant($"weight decay {options.WeightDecay}"),
        FormattableString.Invariant($"batch {options.BatchSize}"),
        FormattableString.Invariant($"{options.MaxEpochs} epochs, {options.MaxSteps} steps"),
        FormattableString.Invariant($"patience {options.Patience}{Steps(options)} ({options.EarlyStopping})"),
        $"best weights {options.KeepBestWeights}",
        FormattableString.Invariant($"weighting {options.Weighting}, every {options.GramianInterval} steps, ") +
            $"sketch {options.GramianSketch?.ToString(CultureInfo.InvariantCulture) ?? "none"}",
        $"task sampling {options.Sampling}");

    private static string Steps(TrainingOptions options) =>
        options.PatienceSteps is { } steps ? FormattableString.Invariant($" and {steps} steps") : "";
}
