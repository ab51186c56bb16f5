using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// Projected gradients of every (sample, task) pair of a table, the features of gradient-based affinity.
/// </summary>
internal sealed class GradBench
{
    private const int Rows = 1024;

    private readonly TrunkSweep _sweep;
    private readonly ISubspace _subspace;

    public GradBench(BenchShape shape, string projection, int dimension, int threads)
    {
        NetworkShape network = shape.NetworkShape();
        var random = new RandomStream(2, "bench labels");
        var labels = new float[Rows * shape.Tasks];
        foreach (ref float label in labels.AsSpan())
            label = random.NextSingle() < 0.5f ? 1 : 0;
        var table = new TaskTable(shape.RandomFeatures(Rows), shape.Features, shape.TaskInfos(), labels);
        _sweep = new TrunkSweep(SharedBottomNetwork.Initialize(network, 1), table, [.. Enumerable.Range(0, Rows)],
            threads, CancellationToken.None);
        double[] shares = [.. Enumerable.Repeat(1.0 / shape.Tasks, shape.Tasks)];
        _subspace = projection switch
        {
            "dense" => new RademacherSubspace(network, dimension, 1, null),
            "structured" => new KroneckerSubspace(network, dimension, 1),
            _ => new ExplicitSubspace(KrylovBasis.Build(_sweep, KrylovBasis.TaskGradients(_sweep, _sweep.TaskWeights()),
                shares, 2, 0, dimension, null)),
        };
    }

    public int Dimension => _subspace.Dimension;

    public static int Pairs(BenchShape shape) => Rows * shape.Tasks;

    /// <summary>The features of all pairs, chunk by chunk.</summary>
    public void Features() => _sweep.ForEach(0, Rows, _sweep.ChunkRows(Dimension),
        (chunk, _) => _subspace.Features(chunk, chunk.Scratch(chunk.PairCount * Dimension)));

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "grad", "Times projected gradients of (sample, task) pairs.",
            "Passes over 1,024 rows timed after warm-up.", 20);
        Option<string[]> shapes =
            BenchVerb.ShapeOption("The network: a = 64-128-64-14 tasks, b = 256-256-128-20, c = 512-512-256-100.");
        var projection = new Option<string>("--projection")
        {
            Description = "krylov (basis of task gradients), dense (random signs) or structured (Kronecker sketch).",
            DefaultValueFactory = _ => "krylov",
        };
        projection.AcceptOnlyFromAmong("krylov", "dense", "structured");
        Option<int> dimension =
            BenchVerb.Positive("--dimension", "Numbers per pair; at most that many for krylov.", 200);
        verb.Command.Options.Add(shapes);
        verb.Command.Options.Add(projection);
        verb.Command.Options.Add(dimension);
        verb.SetAction((parsed, run) => BenchVerb.Shapes(parsed, shapes)
            .Select(shape => Line(shape, parsed.GetValue(projection)!, parsed.GetValue(dimension), run)));
        return verb.Command;
    }

    private static JsonObject Line(BenchShape shape, string projection, int dimension, BenchRun run)
    {
        var bench = new GradBench(shape, projection, dimension, run.Threads);
        Timing timing = Timing.Measure(run.Steps, _ => bench.Features(), run.CancellationToken);
        return new JsonObject
        {
            ["bench"] = "grad",
            ["shape"] = shape.Name,
            ["projection"] = projection,
            ["d"] = bench.Dimension,
            ["threads"] = run.Threads,
            ["pairs"] = Pairs(shape),
            ["seconds_per_1000_pairs"] = Math.Round(timing.Median * 1000 / Pairs(shape), 7),
            ["seconds_per_1000_pairs_p10"] = Math.Round(timing.Percentile(10) * 1000 / Pairs(shape), 7),
        };
    }
}
