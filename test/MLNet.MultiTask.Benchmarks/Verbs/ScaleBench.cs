using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Benchmarks.Generators;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// The affinity of hundreds of tasks over many rows and subsets: whether it fits, and how long its phases take.
/// </summary>
internal sealed class ScaleBench
{
    private readonly Option<int> _tasks =
        BenchVerb.Positive("--tasks", "Binary tasks, twenty to a planted group.", 500);
    private readonly Option<int> _rows =
        BenchVerb.Positive("--rows", "Rows, three quarters of them to train on.", 100_000);
    private readonly Option<int> _features = BenchVerb.Positive("--features", "Features.", 64);
    private readonly Option<int> _bases = BenchVerb.Positive("--bases", "Base networks.", new GradTagOptions().Bases);
    private readonly Option<int> _trainingSteps =
        BenchVerb.Positive("--steps", "Most training steps of a base network.", 2000);

    public static Command Create(ToolConsole console)
    {
        var bench = new ScaleBench();
        var verb = new BenchVerb(console, "scale",
            "Estimates the affinity of many synthetic tasks; seconds by phase and peak memory.",
            "Subsets, at least.", 20_000, "--subsets");
        foreach (Option option in new Option[]
            { bench._tasks, bench._rows, bench._features, bench._bases, bench._trainingSteps })
            verb.Command.Options.Add(option);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        int tasks = parsed.GetValue(_tasks), rows = parsed.GetValue(_rows);
        TaskTable table = Generate(tasks, rows, parsed.GetValue(_features));
        var options = new GradTagOptions
        {
            Bases = parsed.GetValue(_bases),
            Training = new() { MaxSteps = parsed.GetValue(_trainingSteps) },
            Evaluation = SubsetEvaluation.Quadratic,
            Subsets = run.Steps,
            PairCoverage = 1,
            Threads = run.Threads,
        };
        long started = Stopwatch.GetTimestamp();
        var processor = new PhaseProcessor();
        TaskAffinity affinity = new GradTagAffinity(options).Estimate(table, RowSplit.Random(rows, 0.25, 1), processor,
            run.CancellationToken);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds, subsets = affinity.Diagnostics["subsets"];
        using var process = Process.GetCurrentProcess();
        yield return new JsonObject
        {
            ["bench"] = "scale",
            ["tasks"] = tasks,
            ["rows"] = rows,
            ["subsets"] = subsets,
            ["d"] = Math.Round(affinity.Diagnostics["dimension"], 1),
            ["bases"] = options.Bases,
            ["threads"] = run.Threads,
            ["area"] = Math.Round(RecoveryBench.PlantedArea(affinity, Planted(tasks)), 4),
            ["seconds"] = Math.Round(seconds, 3),
            ["phaseSeconds"] = Rounded(affinity.PhaseSeconds),
            ["phaseProcessorSeconds"] = Rounded(processor.Seconds()),
            ["seconds_per_subset"] = Math.Round(affinity.PhaseSeconds["subsets"] / subsets, 7),
            ["peak_bytes"] = process.PeakWorkingSet64,
        };
    }

    private static JsonObject Rounded(IEnumerable<KeyValuePair<string, double>> seconds) =>
        new(seconds.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, Math.Round(p.Value, 3))));

    private static TaskGrouping Planted(int tasks) =>
        TaskGrouping.FromAssignment([.. Enumerable.Range(0, tasks).Select(GroupOf)]);

    private static int GroupOf(int task) => task / 20;

    /// <summary>
    /// Labels by the sign of a direction with noise; tasks of a group have directions of cosine about 0.8, as in
    /// <see cref="MLNet.MultiTask.Data.MultiTabBench"/>, which would need a feature for every task.
    /// </summary>
    internal static TaskTable Generate(int tasks, int rows, int features)
    {
        if ((long)rows * Math.Max(tasks, features) > Array.MaxLength)
            throw new InputException($"{rows} rows of {tasks} tasks and {features} features do not fit an array of " +
                $"{Array.MaxLength} numbers.");
        var directions = new float[tasks * features];
        for (int t = 0; t < tasks; t++)
        {
            var group = new RandomStream(1, "scale group", GroupOf(t));
            var own = new RandomStream(1, "scale task", t);
            foreach (ref float v in directions.AsSpan(t * features, features))
                v = (float)((Math.Sqrt(0.8) * group.NextNormal() + Math.Sqrt(0.2) * own.NextNormal())
                    / Math.Sqrt(features));
        }
        float[] x = new float[rows * features], labels = new float[rows * tasks];
        const int block = 1000;
        Parallel.For(0, (rows + block - 1) / block, b =>
        {
            var random = new RandomStream(2, "scale rows", b);
            int from = b * block, count = Math.Min(block, rows - from);
            foreach (ref float v in x.AsSpan(from * features, count * features))
                v = (float)random.NextNormal();
            Span<float> z = labels.AsSpan(from * tasks, count * tasks);
            Gemm.Multiply(false, true, count, tasks, features, x.AsSpan(from * features), features, directions,
                features, z, tasks);
            foreach (ref float label in z)
                label = label + 0.5 * random.NextNormal() > 0 ? 1 : 0;
        });
        TaskInfo[] infos = [.. Enumerable.Range(0, tasks).Select(t => new TaskInfo($"task{t}", TaskKind.Binary))];
        return new TaskTable(x, features, infos, labels);
    }
}
