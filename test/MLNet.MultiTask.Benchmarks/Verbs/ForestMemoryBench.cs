using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// How much more memory the process holds at most while a forest is trained, against one byte per cell of the features
/// and eight per cell of the labels, which gradients and curvatures take.
/// </summary>
internal static class ForestMemoryBench
{
    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "forest-memory", "Peak memory of training a forest on random numbers.",
            "Trees.", 5, "--trees");
        Option<int> rows = BenchVerb.Positive("--rows", "Rows.", 1_000_000);
        Option<int> features = BenchVerb.Positive("--features", "Features.", 50);
        Option<int> tasks = BenchVerb.Positive("--tasks", "Binary tasks.", 4);
        foreach (Option option in (Option[])[rows, features, tasks])
            verb.Command.Options.Add(option);
        verb.SetAction((parsed, run) =>
            [Measure(parsed.GetValue(rows), parsed.GetValue(features), parsed.GetValue(tasks), run)]);
        return verb.Command;
    }

    private static JsonObject Measure(int rows, int features, int tasks, BenchRun run)
    {
        TaskTable table = Table(rows, features, tasks);
        var split = new RowSplit([.. Enumerable.Range(0, rows)], []);
        var learner = new BoostedTreesLearner(new() { NumberOfTrees = run.Steps, EarlyStoppingRound = null });
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        long before = process.WorkingSet64, most = before;
        var done = new ManualResetEventSlim();
        var watcher = new Thread(() =>
        {
            using var own = Process.GetCurrentProcess();
            while (!done.Wait(2))
            {
                own.Refresh();
                most = Math.Max(most, own.WorkingSet64);
            }
        });
        watcher.Start();
        long began = Stopwatch.GetTimestamp();
        learner.Fit(table, split, [.. Enumerable.Range(0, tasks)],
            new LearnerRun { Threads = run.Threads, CancellationToken = run.CancellationToken });
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        done.Set();
        watcher.Join();
        // Outputs, and the gradients once more as the split search reads them, in lanes of eight.
        double state = 4.0 * rows * (tasks + (tasks + 2 + 7) / 8 * 8);
        double bins = (double)rows * features, gradients = 8.0 * rows * tasks, peak = most - before;
        return new JsonObject
        {
            ["bench"] = "forest-memory", ["rows"] = rows, ["features"] = features, ["tasks"] = tasks,
            ["trees"] = run.Steps, ["threads"] = run.Threads, ["bins_mb"] = Mb(bins), ["gradients_mb"] = Mb(gradients),
            ["state_mb"] = Mb(state),
            ["table_mb"] = Mb(4 * bins + 4.0 * rows * tasks), ["peak_mb"] = Mb(peak),
            ["bins_in_peak_without_gradients"] = Math.Round((peak - gradients) / bins, 2),
            ["seconds"] = Math.Round(seconds, 2),
        };
    }

    private static TaskTable Table(int rows, int features, int tasks)
    {
        var random = new RandomStream(5, "forest memory");
        float[] x = new float[(long)rows * features], labels = new float[(long)rows * tasks];
        foreach (ref float value in x.AsSpan())
            value = random.NextSingle();
        for (int r = 0; r < rows; r++)
            for (int t = 0; t < tasks; t++)
                labels[r * tasks + t] = x[r * features + t % features] + 0.3f * random.NextSingle() > 0.65f ? 1 : 0;
        return new TaskTable(x, features, [.. Enumerable.Range(0, tasks).Select(t =>
            new TaskInfo($"t{t}", TaskKind.Binary))], labels);
    }

    private static double Mb(double bytes) => Math.Round(bytes / (1 << 20), 1);
}
