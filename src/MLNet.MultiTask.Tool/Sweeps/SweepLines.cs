using System.Globalization;
using MLNet.MultiTask.Search;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Sweeps;

/// <summary>
/// A line per trial: number, loss ± noise, best so far, time left, learner, grouping by name. The noise is the standard
/// error of the difference to the best; of the best itself, to the one before.
/// </summary>
internal sealed class SweepLines(Action<string> detail, ToolConsole console, IReadOnlyList<string> names)
    : IProgress<SweepProgress>
{
    private const string Head = " trial    loss ± noise   best so far      left  what was tried";

    private SweepTrial? _best;

    public void Report(SweepProgress value)
    {
        SweepTrial trial = value.Trial;
        if (trial.Number == 1)
            console.Note(Head);
        string left = value.Left is { } time
            ? (time < TimeSpan.Zero ? TimeSpan.Zero : time).ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture)
            : "unknown";
        string best = value.Best is { } lowest
            ? string.Create(CultureInfo.InvariantCulture, $"{lowest.Loss:F4} ({lowest.Number})") : "none";
        string number = trial.Number.ToString(CultureInfo.InvariantCulture) +
            (value.MaxTrials is { } most ? $"/{most}" : "");
        console.Note($"{number,6}  {Came(trial, value.Best),15}  {best,12}  {left,8}  {trial.Point.LearnerText}: " +
            trial.Point.Grouping.ToString(names) + (trial.Error is { } error ? $": {error}" : ""));
        detail($"{number} trials, best {best}, {left} left");
        _best = value.Best;
    }

    private string Came(SweepTrial trial, SweepTrial? best)
    {
        if (trial.Status == SweepTrialStatus.Failed)
            return "failed";
        SweepTrial? other = trial == best ? _best : best;
        double noise = other is null || trial.Losses.Count == 0 ? double.NaN
            : SweepLosses.Difference(trial.Losses, other.Losses).StandardError;
        return trial.Status == SweepTrialStatus.Stopped ? "stopped, worse"
            : string.Create(CultureInfo.InvariantCulture,
                $"{trial.Loss:F4}{(double.IsNaN(noise) ? "" : $" ± {noise:F4}")}");
    }
}

/// <summary>What the verb asks of a sweep's options.</summary>
internal static class SweepNames
{
    /// <summary>Names of the data's tasks.</summary>
    public static string[] TaskNames(this SweepOptions _, DataSet data) => [.. data.Table.Tasks.Select(t => t.Name)];
}
