using BenchmarkDotNet.Attributes;
using MLNet.MultiTask.Benchmarks.Verbs;

namespace MLNet.MultiTask.Benchmarks;

/// <summary>One training step of the shapes of <c>benchmarks bench train</c>.</summary>
[MemoryDiagnoser]
public class TrainBenchmarks : IDisposable
{
    private TrainBench? _bench;
    private int _number;

    [Params("a", "b", "c")]
    public string Shape { get; set; } = "";

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup() => _bench = new TrainBench(BenchShape.All.Single(s => s.Name == Shape), Threads);

    [GlobalCleanup]
    public void Dispose()
    {
        _bench?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public double Step() => _bench!.Step(_number++ & int.MaxValue);
}
