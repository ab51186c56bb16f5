using BenchmarkDotNet.Running;
using MLNet.MultiTask.Benchmarks;

// "mapper" times what the command-line tool cannot: it knows nothing of ML.NET.
if (args is ["mapper"])
    MapperBench.WriteAll(Console.Out);
else
    BenchmarkSwitcher.FromAssembly(typeof(TrainBenchmarks).Assembly).Run(args);
