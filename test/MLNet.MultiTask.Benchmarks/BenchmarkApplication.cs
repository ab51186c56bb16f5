using MLNet.MultiTask.Benchmarks.Verbs;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Verbs;

namespace MLNet.MultiTask.Benchmarks;

/// <summary>The measuring commands.</summary>
internal static class BenchmarkApplication
{
    private static readonly CommandLineProgram s_program = new(
        "benchmarks", "Times the engine, and holds its methods against real training.", console =>
        [
            BenchCommand.Create(console),
            ValidatedAffinity.Create(console),
            TrainCommand.Create(console, new QualityBaselines()),
            MapperBench.Create(console),
        ]);

    public static Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default) =>
        s_program.RunAsync(args, output, error, cancellationToken);
}
