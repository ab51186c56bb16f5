using MLNet.MultiTask.Data;
using System.Globalization;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Sweeps;

/// <summary>A line per trial: grouping by name, learner, loss, best so far, time left.</summary>
internal sealed class SweepLines(Action<string> detail, ToolConsole console, IReadOnlyList<string> names)
    : IProgress<SweepProgress>
{
    public void Report(SweepProgress value)
    {
        SweepTrial trial = value.Trial;
        string settings = string.Concat(trial.Point.Settings.Select(s => $" {s.Key}={s.Value}"));
        string came = trial.Status switch
        {
            SweepTrialStatus.Failed => $"failed: {trial.Error}",
            SweepTrialStatus.Stopped => "stopped, surely worse",
            _ => string.Create(CultureInfo.InvariantCulture, $"loss {trial.Loss:F4}"),
        };
        console.Note($"trial {trial.Number}: {trial.Point.Grouping.ToString(names)} ({trial.Point.Learner}{settings}): {came}");
        detail(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(trial.Number, "trial")}, best " +
            $"{value.Best?.Loss:F4}") +
            (value.Left is { } left ? string.Create(CultureInfo.InvariantCulture, $", {left:hh\\:mm\\:ss} left") : ""));
    }
}

/// <summary>What the verb asks of a sweep's options.</summary>
internal static class SweepNames
{
    /// <summary>Names of the data's tasks.</summary>
    public static string[] TaskNames(this SweepOptions _, DataSet data) => [.. data.Table.Tasks.Select(t => t.Name)];
}
