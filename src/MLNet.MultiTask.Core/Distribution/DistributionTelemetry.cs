using System.Diagnostics;
using System.Diagnostics.Metrics;
using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Distribution;

/// <summary>What workers and coordinators measure, through the library's meter and activity source.</summary>
internal static class DistributionTelemetry
{
    private static readonly Histogram<double> s_queued = Telemetry.Meter.CreateHistogram<double>(
        "multitask.trial.queue_time", "s", "Time from a training's request to its begin on a worker.");
    private static readonly Counter<long> s_handedIn = Telemetry.Meter.CreateCounter<long>(
        "multitask.worker.results", "{training}", "Results of trainings, by outcome: completed, failed, dropped.");

    /// <summary>The activity of a training that was requested elsewhere.</summary>
    public static Activity? Begin(string title, string? parent, double queued)
    {
        s_queued.Record(queued);
        Activity? activity = ActivityContext.TryParse(parent, null, isRemote: true, out ActivityContext context)
            ? Telemetry.Activities.StartActivity("trial on worker", ActivityKind.Consumer, context)
            : Telemetry.Activities.StartActivity("trial on worker", ActivityKind.Consumer);
        return activity?.SetTag("multitask.trial", title);
    }

    public static void HandedIn(ResultFile result, bool taken) => s_handedIn.Add(1, new KeyValuePair<string, object?>(
        "outcome", !taken ? "dropped" : result.Errors.Length > 0 ? "failed" : "completed"));
}
