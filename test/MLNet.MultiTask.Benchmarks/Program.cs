using BenchmarkDotNet.Running;
using MLNet.MultiTask.Benchmarks;

// Verbs measure; without one, BenchmarkDotNet gets the arguments.
if (args is [var verb, ..] && !verb.StartsWith("--", StringComparison.Ordinal) || args is ["--help"])
    return await BenchmarkApplication.RunAsync(args, Console.Out, Console.Error);
BenchmarkSwitcher.FromAssembly(typeof(TrainBenchmarks).Assembly).Run(args);
return 0;
