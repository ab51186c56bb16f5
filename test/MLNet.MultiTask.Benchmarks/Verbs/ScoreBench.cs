using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>Probabilities of all tasks for one row a call and for 10,000 rows a call.</summary>
internal sealed class ScoreBench
{
    public const int Rows = 10_000;
    private const int BatchCalls = 30;
    private const int DistinctRows = 64;

    private readonly BenchShape _shape;
    private readonly SharedBottomNetwork _network;
    private readonly MultiTaskModel _model;
    private readonly float[] _features;
    private readonly float[] _scores;
    private readonly int _threads;

    public ScoreBench(BenchShape shape, int threads)
    {
        (_shape, _threads) = (shape, threads);
        _network = SharedBottomNetwork.Initialize(shape.NetworkShape(), 1);
        _model = new MultiTaskModel(_network.Shape.Tasks, TaskGrouping.All(shape.Tasks), [_network]);
        _features = shape.RandomFeatures(Rows);
        _scores = new float[Rows * shape.Tasks];
    }

    public void OneRow(int number) => _network.Score(Row(number), 1, _scores);

    public void OneRowOfModel(int number) => _model.Score(Row(number), 1, _scores);

    public void AllRows() => _network.Score(_features, Rows, _scores, _threads);

    public void AllRowsOfModel() => _model.Score(_features, Rows, _scores, _threads);

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "score", "Times scoring: one row a call, and 10,000 rows a call.",
            "Single-row calls timed after warm-up.", 2000);
        Option<string[]> shapes =
            BenchVerb.ShapeOption("The network: a = 64-128-64-14 tasks, b = 256-256-128-20, c = 512-512-256-100.");
        verb.Command.Options.Add(shapes);
        verb.SetAction((parsed, run) => BenchVerb.Shapes(parsed, shapes).SelectMany(shape => Lines(shape, run)));
        return verb.Command;
    }

    private static IEnumerable<JsonObject> Lines(BenchShape shape, BenchRun run)
    {
        var bench = new ScoreBench(shape, run.Threads);
        yield return Line(shape, "network", run, bench.OneRow, _ => bench.AllRows());
        yield return Line(shape, "model", run, bench.OneRowOfModel, _ => bench.AllRowsOfModel());
    }

    private static JsonObject Line(
        BenchShape shape, string variant, BenchRun run, Action<int> oneRow, Action<int> allRows)
    {
        Timing row = Timing.Measure(run.Steps, oneRow, run.CancellationToken);
        Timing batch = Timing.Measure(BatchCalls, allRows, run.CancellationToken);
        return new JsonObject
        {
            ["bench"] = "score",
            ["shape"] = shape.Name,
            ["variant"] = variant,
            ["threads"] = run.Threads,
            ["row_us"] = Math.Round(row.Median * 1e6, 2),
            ["row_us_p99"] = Math.Round(row.Percentile(99) * 1e6, 2),
            ["bytes_per_row"] = Math.Round(row.BytesPerCall),
            ["batch_ms"] = Math.Round(batch.Median * 1e3, 3),
            ["rows_per_s"] = Math.Round(Rows / batch.Median),
        };
    }

    private ReadOnlySpan<float> Row(int number) =>
        _features.AsSpan(number % DistinctRows * _shape.Features, _shape.Features);
}
