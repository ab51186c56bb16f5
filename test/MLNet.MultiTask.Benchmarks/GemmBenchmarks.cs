using BenchmarkDotNet.Attributes;
using MLNet.MultiTask.Benchmarks.Verbs;

namespace MLNet.MultiTask.Benchmarks;

/// <summary>Single-precision products: the standard sizes and those of shape b's training step.</summary>
[MemoryDiagnoser]
public class GemmBenchmarks
{
    private GemmBench _bench = null!;
    private int _number;

    [ParamsSource(nameof(Sizes))]
    public string Size { get; set; } = "";

    [Params(1, 2)]
    public int Threads { get; set; }

    public static IEnumerable<string> Sizes => Cases.Select(c => c.ToString());

    private static IEnumerable<GemmCase> Cases =>
        GemmCase.Standard.Concat(GemmCase.OfTraining(BenchShape.B)).DistinctBy(c => c.ToString());

    [GlobalSetup]
    public void Setup() => _bench = new GemmBench(Cases.Single(c => c.ToString() == Size), Threads);

    [Benchmark]
    public void Multiply() => _bench.Multiply(_number++ & int.MaxValue);
}
