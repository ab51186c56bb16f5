using MLNet.MultiTask.Data;
using System.Globalization;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Trainers;

/// <summary>What a search tells the log.</summary>
internal static class SweepLog
{
    /// <summary>A line per trial: number, grouping by name, learner, loss and noise, best so far, time left.</summary>
    public static void Trial(IChannel channel, SweepProgress progress, IReadOnlyList<string> names)
    {
        SweepTrial trial = progress.Trial;
        string of = progress.MaxTrials is { } most ? $" of {most}" : "";
        string left = progress.Left is { } time ? Text($", {time:hh\\:mm\\:ss} left") : "";
        string came = trial.Status == SweepTrialStatus.Failed ? $"failed: {trial.Error}"
            : Text($"{trial.Status}, loss {trial.Loss:G4}");
        channel.Info(MessageSensitivity.Schema, $"Trial {trial.Number}{of}: {trial.Point.Grouping.ToString(names)} " +
            $"({trial.Point.LearnerText}): {came}" +
            (progress.Best is { } best ? Text($"; best {best.Loss:G4} (trial {best.Number})") : "") + left);
    }

    /// <summary>Tells the log and, where there is one, another listener.</summary>
    public static IProgress<SweepProgress> Progress(IChannel channel, IProgress<SweepProgress>? other,
        IReadOnlyList<string> names) => new Listener(p =>
        {
            Trial(channel, p, names);
            other?.Report(p);
        });

    /// <summary>The choice, the table and what was decided by itself.</summary>
    public static void Result(IChannel channel, SweepResult result, IReadOnlyList<string> names)
    {
        foreach (SweepArm arm in result.Table)
            channel.Info(MessageSensitivity.Schema,
                Text($"{arm.Name}: loss {arm.Trial.Loss:G4}, {arm.Difference:+0.####;-0.####;0} ")
                + Text($"± {arm.StandardError:G2} against the choice ({arm.Trial.Point.Grouping.ToString(names)})"));
        channel.Info(MessageSensitivity.Schema, $"Chosen: {result.Best.Point}; stopped: {result.StopReason}; " +
            $"{Counted.Of(result.Trials.Count, "trial")}, {Counted.Of(result.GroupsTrained, "group")} trained of " +
            Text($"{result.GroupsAsked}, ") +
            Text($"{result.Seconds:F1} s"));
        foreach (string note in result.Notes)
            channel.Warning(MessageSensitivity.Schema, note);
    }

    private sealed class Listener(Action<SweepProgress> told) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => told(value);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
