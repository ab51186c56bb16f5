using BenchmarkDotNet.Running;
using MLNet.MultiTask.Benchmarks;

// "mapper a b c" times what the command-line tool cannot: it knows nothing of ML.NET.
if (args is ["mapper", .. string[] shapes])
    MapperBench.Write(shapes, Console.Out);
else
    BenchmarkSwitcher.FromAssembly(typeof(TrainBenchmarks).Assembly).Run(args);
