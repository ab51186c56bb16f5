using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// One subset of tasks fitted and evaluated from statistics; the features have a steep spectrum, as the peer's "decay"
/// ones.
/// </summary>
internal sealed class SubsetBench
{
    private readonly TaskStatistics _statistics;
    private readonly OneStepSolver _solver;
    private readonly SubsetProblem _problem;
    private float[] _w = [];

    public SubsetBench(int tasks, int rows, int dimension)
    {
        _statistics = TaskStatistics.FromFeatures(dimension,
            [.. Enumerable.Range(0, tasks).Select(t => RandomTask(t, rows, dimension))]);
        _solver = new OneStepSolver(_statistics);
        _problem =
            new SubsetProblem([.. Enumerable.Range(0, tasks)], [.. Enumerable.Repeat(1.0 / tasks, tasks)], 0.01, null);
    }

    public void Fit() => _w = _solver.Solve(_problem).Trunk;

    public double Evaluate() => _problem.Subset.Sum(t => _statistics.QuadraticChange(t, _w));

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "subset", "Times fitting and evaluating one subset of tasks.",
            "Subsets timed after warm-up.", 200);
        Option<int> tasks = BenchVerb.Positive("--tasks", "Tasks of the subset.", 10),
            rows = BenchVerb.Positive("--rows", "Rows of each task.", 2000);
        Option<int> dimension = BenchVerb.Positive("--dimension", "Numbers per row.", 200);
        verb.Command.Options.Add(tasks);
        verb.Command.Options.Add(rows);
        verb.Command.Options.Add(dimension);
        verb.SetAction((parsed, run) =>
            [Line(parsed.GetValue(tasks), parsed.GetValue(rows), parsed.GetValue(dimension), run)]);
        return verb.Command;
    }

    private static JsonObject Line(int tasks, int rows, int dimension, BenchRun run)
    {
        var bench = new SubsetBench(tasks, rows, dimension);
        Timing fit = Timing.Measure(run.Steps, _ => bench.Fit(), run.CancellationToken);
        Timing evaluation = Timing.Measure(run.Steps, _ => bench.Evaluate(), run.CancellationToken);
        return new JsonObject
        {
            ["bench"] = "subset",
            ["tasks"] = tasks,
            ["rows_per_task"] = rows,
            ["d"] = dimension,
            ["threads"] = 1,
            ["seconds_per_subset"] = Math.Round(fit.Median + evaluation.Median, 9),
            ["seconds_fit"] = Math.Round(fit.Median, 9),
            ["seconds_evaluation"] = Math.Round(evaluation.Median, 9),
        };
    }

    // Column j of standard normal features times 1/(j + 1), rotated, brought to the variance 25/d of the peer's
    // features; labels from a logit.
    private static (float[] Features, OutputLoss[] Losses) RandomTask(int task, int rows, int d)
    {
        var random = new RandomStream(1, "bench subset", task);
        var mix = new float[d * d];
        for (int k = 0; k < d; k++)
            for (int j = 0; j < d; j++)
                mix[k * d + j] = (float)(random.NextNormal() / (k + 1));
        float[] normal = new float[rows * d], features = new float[rows * d];
        foreach (ref float v in normal.AsSpan())
            v = (float)random.NextNormal();
        Gemm.Multiply(false, false, rows, d, d, normal, d, mix, d, features, d);
        float scale = 5 / MathF.Sqrt(d) / MathF.Sqrt(features.Average(v => v * v));
        var losses = new OutputLoss[rows];
        Span<float> direction = stackalloc float[1];
        for (int r = 0; r < rows; r++)
        {
            float logit = 0;
            for (int j = 0; j < d; j++)
                logit += features[r * d + j] *= scale;
            bool one = random.NextDouble() < 1 / (1 + Math.Exp(-logit));
            losses[r] = OutputLoss.At(TaskKind.Binary, [0], one ? 1 : 0, direction);
            if (!one)
                for (int j = 0; j < d; j++)
                    features[r * d + j] = -features[r * d + j];
        }
        return (features, losses);
    }
}
