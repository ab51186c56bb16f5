using BenchmarkDotNet.Attributes;
using MathNet.Numerics.LinearAlgebra;
using MLNet.MultiTask.Benchmarks.Verbs;

namespace MLNet.MultiTask.Benchmarks;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix, beside MathNet.Numerics (its managed code, single precision).
/// </summary>
[MemoryDiagnoser]
public class EigenBenchmarks
{
    private EigenBench _bench = null!;
    private Matrix<float> _matrix = null!;

    [Params(500)]
    public int N { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _bench = new EigenBench(N, threads: 1);
        _matrix = Matrix<float>.Build.Dense(N, N, [.. EigenBench.RandomSymmetric(N).Select(x => (float)x)]);
    }

    [Benchmark(Baseline = true)]
    public void Decompose() => _bench.Decompose();

    [Benchmark]
    public float MathNet() => _matrix.Evd(Symmetricity.Symmetric).EigenVectors[0, 0];
}
