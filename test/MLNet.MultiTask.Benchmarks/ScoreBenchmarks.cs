using BenchmarkDotNet.Attributes;
using MLNet.MultiTask.Benchmarks.Verbs;

namespace MLNet.MultiTask.Benchmarks;

/// <summary>Probabilities of shape b's tasks for one row and for 10,000 rows.</summary>
[MemoryDiagnoser]
public class ScoreBenchmarks
{
    private readonly ScoreBench _bench = new(BenchShape.B, Environment.ProcessorCount);
    private int _number;

    [Benchmark]
    public void OneRow() => _bench.OneRow(_number++ & int.MaxValue);

    [Benchmark]
    public void OneRowOfModel() => _bench.OneRowOfModel(_number++ & int.MaxValue);

    [Benchmark(OperationsPerInvoke = ScoreBench.Rows)]
    public void ManyRows() => _bench.AllRows();
}
