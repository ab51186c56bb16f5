using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>A single-precision matrix product C (m×n) = op(A) op(B).</summary>
internal sealed class GemmBench
{
    private const int Outputs = 16;
    private const double CallSeconds = 20e-6;

    private readonly GemmCase _case;
    private readonly float[] _a, _b;
    private readonly float[][] _c;
    private readonly int _threads;

    public GemmBench(GemmCase product, int threads)
    {
        (_case, _threads) = (product, threads);
        var random = new RandomStream(1, "bench gemm");
        (_a, _b) = (Values(ref random, product.M * product.K), Values(ref random, product.K * product.N));
        int outputs = product.M * product.N > 1 << 16 ? 1 : Outputs;
        _c = [.. Enumerable.Range(0, outputs).Select(_ => new float[product.M * product.N])];
    }

    /// <summary>One product; small ones go round 16 outputs, as they would in a network.</summary>
    public void Multiply(int number) => Gemm.Multiply(_case.TransposeA, _case.TransposeB, _case.M, _case.N, _case.K,
        _a, _case.TransposeA ? _case.M : _case.K, _b, _case.TransposeB ? _case.K : _case.N,
        _c[number % _c.Length], _case.N, threads: _threads);

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "gemm", "Times single-precision matrix products.",
            "Timings taken after warm-up.", 200);
        Option<string[]> shapes = BenchVerb.ShapeOption(
            $"Times the products of that network's training step instead of {string.Join(", ", GemmCase.Standard)}.");
        verb.Command.Options.Add(shapes);
        verb.SetAction((parsed, run) =>
        {
            IEnumerable<GemmCase> cases = parsed.GetValue(shapes) is { Length: > 0 }
                ? BenchVerb.Shapes(parsed, shapes).SelectMany(GemmCase.OfTraining)
                : GemmCase.Standard;
            return cases.Select(product => Line(product, run));
        });
        return verb.Command;
    }

    private static JsonObject Line(GemmCase product, BenchRun run)
    {
        var bench = new GemmBench(product, run.Threads);
        // A product of microseconds is timed in bundles, so that the clock does not count.
        int bundle = (int)Math.Max(1, CallSeconds / (product.Flops / 1e11));
        Timing timing = Timing.Measure(run.Steps, _ =>
        {
            for (int i = 0; i < bundle; i++)
                bench.Multiply(i);
        }, run.CancellationToken);
        return new JsonObject
        {
            ["bench"] = "gemm",
            ["m"] = product.M,
            ["n"] = product.N,
            ["k"] = product.K,
            ["transposed"] = (product.TransposeA ? "A" : "") + (product.TransposeB ? "B" : ""),
            ["threads"] = run.Threads,
            ["us_median"] = Math.Round(timing.Median / bundle * 1e6, 3),
            ["gflops"] = Math.Round(product.Flops * bundle / timing.Median / 1e9, 2),
            ["gflops_p90"] = Math.Round(product.Flops * bundle / timing.Percentile(10) / 1e9, 2),
        };
    }

    private static float[] Values(ref RandomStream random, int count)
    {
        var values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = random.NextSingle() - 0.5f;
        return values;
    }
}
