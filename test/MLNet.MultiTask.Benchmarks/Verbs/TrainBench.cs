using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Training;
using MLNet.MultiTask.Training.Managed;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>One training step of a shared-bottom network: gather, forward, masked losses, backward, AdamW.</summary>
internal sealed class TrainBench : IDisposable
{
    private const int Batches = 16;

    private readonly TrainingStep _step;
    private readonly int[] _order;
    private readonly int _batch;

    public TrainBench(BenchShape shape, int threads, ITrainingEngine engine)
        : this(shape, threads, null, 1, null, engine)
    {
    }

    public TrainBench(BenchShape shape, int threads, TaskWeighting? weighting = null, int gramianInterval = 1,
        int? gramianSketch = null, ITrainingEngine? engine = null)
    {
        _batch = shape.Batch;
        int rows = Batches * shape.Batch;
        _order = new RandomStream(1, "bench order").Permutation(rows);
        var problem = new TrainingProblem(
            Table(shape, rows), new RowSplit(_order, []), [.. Enumerable.Range(0, shape.Tasks)]);
        NetworkShape network = shape.NetworkShape();
        _step = new TrainingStep(problem, network, SharedBottomNetwork.Initialize(network, 1).Parameters,
            new TrainingOptions
            {
                Hidden = shape.Hidden,
                Threads = threads,
                Weighting = weighting ?? new EqualWeighting(),
                GramianInterval = gramianInterval,
                GramianSketch = gramianSketch,
                Engine = engine ?? ManagedEngine.Instance,
            }, shape.Batch);
    }

    /// <summary>One step on the next of 16 batches; the batch's loss.</summary>
    public double Step(int number) => _step.Run(_order.AsSpan(number % Batches * _batch, _batch), 1);

    public void Dispose() => _step.Dispose();

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "train", "Times a training step with 80 % of the labels observed.",
            "Steps timed after warm-up.", 200);
        Option<string[]> shapes = BenchVerb.ShapeOption(
            "a = 64-128-64-14 tasks, 256 rows a step; b = 256-256-128-20, 256; c = 512-512-256-100, 1024.");
        verb.Command.Options.Add(shapes);
        verb.SetAction((parsed, run) => BenchVerb.Shapes(parsed, shapes).Select(shape => Line(shape, run)));
        return verb.Command;
    }

    private static JsonObject Line(BenchShape shape, BenchRun run)
    {
        using var bench = new TrainBench(shape, run.Threads);
        Timing timing = Timing.Measure(run.Steps, i => bench.Step(i), run.CancellationToken);
        return new JsonObject
        {
            ["bench"] = "train",
            ["shape"] = shape.Name,
            ["threads"] = run.Threads,
            ["steps"] = run.Steps,
            ["ms_median"] = Math.Round(timing.Median * 1e3, 4),
            ["ms_p10"] = Math.Round(timing.Percentile(10) * 1e3, 4),
            ["samples_per_s"] = Math.Round(shape.Batch / timing.Median),
            ["bytes_per_step"] = Math.Round(timing.BytesPerCall),
        };
    }

    /// <summary>Random features, random labels with 30 % ones, 80 % of them observed.</summary>
    public static TaskTable Table(BenchShape shape, int rows)
    {
        var random = new RandomStream(2, "bench labels");
        var labels = new float[rows * shape.Tasks];
        foreach (ref float label in labels.AsSpan())
            label = random.NextSingle() >= 0.8f ? float.NaN : random.NextSingle() < 0.3f ? 1 : 0;
        return new TaskTable(shape.RandomFeatures(rows), shape.Features, shape.TaskInfos(), labels);
    }
}
