using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(MLNet.MultiTask.Benchmarks.TrainBenchmarks).Assembly).Run(args);
