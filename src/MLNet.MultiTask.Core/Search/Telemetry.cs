using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MLNet.MultiTask.Search;

/// <summary>The library's meter and activity source, both named MLNet.MultiTask.</summary>
internal static class Telemetry
{
    private const string Name = "MLNet.MultiTask";

    // First: the instruments below are its own.
    public static Meter Meter { get; } = new(Name);

    public static ActivitySource Activities { get; } = new(Name);

    private static readonly Counter<long> s_trials = Meter.CreateCounter<long>("multitask.trials", "{trial}",
        "Trials that ended, by status.");
    private static readonly Counter<long> s_hits = Meter.CreateCounter<long>("multitask.group_cache.hits", "{group}",
        "Groups that a trial did not need to train.");
    private static readonly Histogram<double> s_training = Meter.CreateHistogram<double>("multitask.training.duration",
        "s", "Time to train and judge a group.");

    public static void Ended(SweepTrial trial)
    {
        s_trials.Add(1, new KeyValuePair<string, object?>("status", trial.Status.ToString()),
            new KeyValuePair<string, object?>("learner",
                trial.Point.Groups.All(g => g.Learner == trial.Point.Learner) ? trial.Point.Learner : "several"));
        s_hits.Add(trial.Reused);
    }

    public static void Trained(string learner, TimeSpan time) =>
        s_training.Record(time.TotalSeconds, new KeyValuePair<string, object?>("learner", learner));
}
