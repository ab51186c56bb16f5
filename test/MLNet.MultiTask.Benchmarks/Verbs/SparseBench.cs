using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Training;
using MLNet.MultiTask.Training.Managed;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>A training step on 0/1 features of which few are 1, against the same step on all cells.</summary>
internal static class SparseBench
{
    private const int Rows = 2048, Batch = 128;
    private static readonly int[] Hidden = [64, 32];

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "sparse",
            "Times a training step on rare 0/1 features (128 rows, 64-32 hidden), of the few ones and of all cells.",
            "Steps timed after warm-up.", 400);
        Option<int> columns = BenchVerb.Positive("--columns", "Features; at least 64.", 1001);
        Option<int> tasks = BenchVerb.Positive("--tasks", "Binary tasks.", 53);
        var density = new Option<double>("--density")
        {
            Description = "Share of the cells that is 1; at most 0.1.",
            DefaultValueFactory = _ => 0.084,
        };
        verb.Command.Options.Add(columns);
        verb.Command.Options.Add(tasks);
        verb.Command.Options.Add(density);
        verb.SetAction((parsed, run) =>
            [Line(parsed.GetValue(columns), parsed.GetValue(tasks), parsed.GetValue(density), run)]);
        return verb.Command;
    }

    private static JsonObject Line(int columns, int tasks, double density, BenchRun run)
    {
        TaskTable table = Table(columns, tasks, density);
        if (table.Features.Sparse is null)
            throw new InputException(FormattableString.Invariant(
                $"{columns} features with {density} ones are not trained as sparse; see --columns and --density."));
        Timing sparse = Time(table, true, run), all = Time(table, false, run);
        return new JsonObject
        {
            ["bench"] = "sparse",
            ["columns"] = columns,
            ["density"] = density,
            ["tasks"] = tasks,
            ["threads"] = run.Threads,
            ["ms_median"] = Math.Round(sparse.Median * 1e3, 4),
            ["ms_p10"] = Math.Round(sparse.Percentile(10) * 1e3, 4),
            ["dense_ms_median"] = Math.Round(all.Median * 1e3, 4),
            ["dense_ms_p10"] = Math.Round(all.Percentile(10) * 1e3, 4),
            ["bytes_per_step"] = Math.Round(sparse.BytesPerCall),
        };
    }

    private static Timing Time(TaskTable table, bool sparse, BenchRun run)
    {
        int[] order = new RandomStream(1, "bench order").Permutation(Rows);
        var problem = new TrainingProblem(table, new RowSplit(order, []), [.. Enumerable.Range(0, table.Tasks.Count)]);
        var shape = new NetworkShape(table.FeatureCount, Hidden, table.Tasks);
        var options = new TrainingOptions { Hidden = Hidden, Threads = run.Threads };
        float[] parameters = SharedBottomNetwork.Initialize(shape, 1).Parameters;
        using var step = new TrainingStep(problem,
            new ManagedNetwork(problem, shape, parameters, options.EngineSettings(), Batch, sparse), options);
        return Timing.Measure(run.Steps, i => step.Run(order.AsSpan(i * Batch % Rows, Batch), 1),
            run.CancellationToken);
    }

    private static TaskTable Table(int columns, int tasks, double density)
    {
        var random = new RandomStream(2, "bench sparse");
        float[] features = new float[Rows * columns], labels = new float[Rows * tasks];
        foreach (ref float feature in features.AsSpan())
            feature = random.NextDouble() < density ? 1 : 0;
        foreach (ref float label in labels.AsSpan())
            label = random.NextSingle() < 0.3f ? 1 : 0;
        return new TaskTable(features, columns,
            [.. Enumerable.Range(0, tasks).Select(t => new TaskInfo($"task{t}", TaskKind.Binary))], labels);
    }
}
