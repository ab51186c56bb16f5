using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Torch;
using MLNet.MultiTask.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// A training step of every architecture by the library's loop and by a loop written by hand in TorchSharp over the
/// same module: in turn, round by round. Live tensors of the library's loop before and after are told, too.
/// </summary>
internal static class TorchStepsBench
{
    private const int Rounds = 9, Batches = 16;

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "torch-steps",
            "Times a step of each architecture by the library and by hand.", "Steps of each, in rounds.", 180);
        var arms = new Option<string[]>("--arm")
        {
            Description = "Architectures, with or without settings; all without the option.",
            AllowMultipleArgumentsPerToken = true,
        };
        verb.Command.Options.Add(arms);
        verb.SetAction((parsed, run) => (parsed.GetValue(arms) is { Length: > 0 } some ? some
            : ArchitecturesBench.Architectures).Select(arm => Line(arm, run)));
        return verb.Command;
    }

    private static JsonObject Line(string architecture, BenchRun run)
    {
        set_num_threads(run.Threads);
        BenchShape shape = BenchShape.A;
        TaskTable table = TrainBench.Table(shape, Batches * shape.Batch);
        using var library = new Library(table, architecture, shape.Batch, run.Threads);
        using var hand = new HandWritten(table, architecture, shape.Batch);
        Action<int>[] steps = [library.Step, hand.Step];
        var ms = new double[2][];
        (ms[0], ms[1]) = (new double[Rounds], new double[Rounds]);
        for (int i = 0; i < 3; i++)
            library.Step(i);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;
        for (int i = 0; i < 100; i++)
            library.Step(i);
        long more = Tensor.TotalCount - before;
        for (int round = 0; round < Rounds; round++)
            for (int s = 0; s < 2; s++)
                ms[s][round] = 1e3 * Timing.Measure(Math.Max(1, run.Steps / Rounds), steps[s], run.CancellationToken)
                    .Median;
        return new JsonObject
        {
            ["bench"] = "torch-steps",
            ["architecture"] = architecture,
            ["threads"] = run.Threads,
            ["library_ms"] = Math.Round(ms[0].Order().ElementAt(Rounds / 2), 4),
            ["hand_ms"] = Math.Round(ms[1].Order().ElementAt(Rounds / 2), 4),
            ["library_to_hand"] = Math.Round(ms[0].Zip(ms[1], (a, b) => a / b).Order().ElementAt(Rounds / 2), 3),
            ["more_tensors_after_100_steps"] = more,
        };
    }

    private static MultiTaskModule Module(TaskTable table, string architecture)
    {
        ModuleSource source = ModuleSource.Of(architecture);
        return ModuleBuilder.Create(source.Create, source.Text, table.FeatureCount, table.Tasks, 1);
    }

    private sealed class Library : IDisposable
    {
        private readonly MultiTaskModule _module;
        private readonly ModuleTraining _training;
        private readonly int[] _order;
        private readonly float[] _factors;
        private readonly int _batch;
        private int _number;

        public Library(TaskTable table, string architecture, int batch, int threads)
        {
            _batch = batch;
            _order = new RandomStream(1, "bench order").Permutation(table.RowCount);
            int[] tasks = [.. Enumerable.Range(0, table.Tasks.Count)];
            var problem = new TrainingProblem(table, new RowSplit(_order, []), tasks);
            _module = Module(table, architecture);
            EngineSettings settings = new TrainingOptions { Threads = threads }.EngineSettings();
            _training = new ModuleTraining(problem, _module, settings, batch, CPU, isRandom: true);
            _factors = new float[tasks.Length];
        }

        public void Step(int number)
        {
            _training.Forward(_order.AsSpan(number % Batches * _batch, _batch), ++_number);
            for (int t = 0; t < _factors.Length; t++)
                _factors[t] = (float)(1 / (_training.WeightSums[t] * _factors.Length));
            _training.Descend(_factors, [], _number, 1e-3f);
        }

        public void Dispose()
        {
            _training.Dispose();
            _module.Dispose();
        }
    }

    /// <summary>What one would write: batch, masked losses, the module's own term, backward, AdamW.</summary>
    private sealed class HandWritten : IDisposable
    {
        private readonly MultiTaskModule _module;
        private readonly optim.Optimizer _optimizer;
        private readonly Tensor _features, _labels, _weights;
        private readonly int _batch;

        public HandWritten(TaskTable table, string architecture, int batch)
        {
            _batch = batch;
            int tasks = table.Tasks.Count;
            _module = Module(table, architecture);
            _module.train();
            _optimizer = optim.AdamW(_module.parameters().Where(p => p.requires_grad), 1e-3, weight_decay: 1e-4);
            _features = tensor(table.Features.ToArray(), [table.RowCount, table.FeatureCount]);
            Tensor labels = tensor(table.Labels.ToArray(), [table.RowCount, tasks]);
            (_labels, _weights) = (labels.nan_to_num(0), labels.isnan().logical_not().to(float32));
        }

        public void Step(int number)
        {
            using var scope = NewDisposeScope();
            int from = number % Batches * _batch;
            Tensor weights = _weights.narrow(0, from, _batch);
            _optimizer.zero_grad();
            Tensor outputs = _module.call(_features.narrow(0, from, _batch));
            Tensor losses = nn.functional.binary_cross_entropy_with_logits(outputs,
                _labels.narrow(0, from, _batch), weights,
                nn.Reduction.None).sum([0L]) / weights.sum([0L]);
            Tensor total = losses.mean();
            if (_module.ExtraLoss(losses) is { } extra)
                total += extra;
            total.backward();
            _optimizer.step();
            losses.data<float>().ToArray();
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            _module.Dispose();
            foreach (Tensor tensor in (Tensor[])[_features, _labels, _weights])
                tensor.Dispose();
        }
    }
}
