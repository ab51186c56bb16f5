using System.Globalization;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>
/// Everything that decides the bits of a training, as lines of text: two trainings with the same lines are the same.
/// </summary>
internal static class TrainingFingerprint
{
    public static string Of(TrainingProblem problem, NetworkShape shape, TrainingOptions options) =>
        Of(problem, options,
            $"hidden layers {string.Join(", ", shape.Hidden)}{(shape.LayerNorm ? " with layer norm" : "")}"
                + (shape.LinearSkip ? " and a linear skip" : ""),
            FormattableString.Invariant($"dropout {options.Dropout}"), $"engine {options.Engine.Name}",
            options.InitialModel is { } model
                ? FormattableString.Invariant($"initial model {WarmStart.Hash(model):x16}") : "fresh weights");

    /// <summary>The same of any network, which is told in lines of its own.</summary>
    public static string Of(TrainingProblem problem, TrainingOptions options, params IEnumerable<string> network) =>
        string.Join('\n', [
        FormattableString.Invariant($"seed {options.Seed}"),
        FormattableString.Invariant($"{problem.Table.FeatureCount} features"),
        .. network,
        "tasks " + string.Join(", ", problem.Tasks.Select(Describe)),
        FormattableString.Invariant(
            $"{problem.Train.Length} training rows, {problem.Validation.Length} validation rows"),
        FormattableString.Invariant($"rows numbered {Hash(problem):x16}"),
        FormattableString.Invariant($"data {problem.Table.ContentHash:x16}"),
        .. problem.Table.Parts,
        FormattableString.Invariant($"batches of {options.BatchSizeFor(problem.Train.Length)}"),
        FormattableString.Invariant($"learning rate {options.LearningRate} ({options.Schedule})"),
        FormattableString.Invariant($"weight decay {options.WeightDecay}"),
        FormattableString.Invariant($"gradient norm {options.MaxGradientNorm}"),
        $"early stopping {options.EarlyStopping}",
        FormattableString.Invariant($"weighting {options.Weighting}, every {options.GramianInterval} steps, ") +
            $"sketch {options.GramianSketch?.ToString(CultureInfo.InvariantCulture) ?? "none"}",
        $"task sampling {options.Sampling}",
        options.Schedule == LearningRateSchedule.Constant ? ""
            : FormattableString.Invariant($"{options.MaxEpochs} epochs, {options.MaxSteps} steps")]);

    /// <summary>The first line in which two fingerprints differ; of other data, the columns.</summary>
    public static string Difference(string stored, string own)
    {
        (string[] a, string[] b) = (stored.Split('\n'), own.Split('\n'));
        int i = 0;
        while (i < Math.Min(a.Length, b.Length) - 1 && a[i] == b[i])
            i++;
        return DataLine(a[i]) && DataLine(b[i]) && DataParts.Difference(a, b) is { } parts ? parts
            : $"'{a[i]}', this one '{b[i]}'";
    }

    private static bool DataLine(string line) => line.StartsWith("data ", StringComparison.Ordinal);

    public static string Describe(TaskInfo task) => FormattableString.Invariant(
        $"{task.Name.ReplaceLineEndings(" ")} ({task.Kind}, {task.OutputCount}, {task.Weight})");

    public static ulong Hash(TrainingProblem problem)
    {
        ulong hash = 0;
        foreach (int row in problem.Train)
            hash = RandomStream.Mix(hash ^ (uint)row);
        foreach (int row in problem.Validation)
            hash = RandomStream.Mix(hash ^ (uint)row);
        return hash;
    }
}
