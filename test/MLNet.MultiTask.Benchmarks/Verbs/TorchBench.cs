using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Training;
using MLNet.MultiTask.Training.Managed;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// One training step of the same network by the managed engine, by the TorchSharp engine, and by a loop written by hand
/// in TorchSharp: round by round in turn, so that the rest of the machine slows all three alike.
/// </summary>
internal static class TorchBench
{
    private const int Rounds = 9;

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "torch",
            "Times a training step by both engines and by a loop written by hand in " +
            "TorchSharp.", "Steps of each, in rounds.", 180);
        Option<string[]> shapes = BenchVerb.ShapeOption("As of the verb train.");
        verb.Command.Options.Add(shapes);
        verb.SetAction((parsed, run) => BenchVerb.Shapes(parsed, shapes).Select(shape => Line(shape, run)));
        return verb.Command;
    }

    private static JsonObject Line(BenchShape shape, BenchRun run)
    {
        set_num_threads(run.Threads);
        using var managed = new TrainBench(shape, run.Threads, ManagedEngine.Instance);
        using var engine = new TrainBench(shape, run.Threads, TorchEngine.Cpu);
        using var hand = new HandWritten(shape);
        Action<int>[] steps = [i => managed.Step(i), i => engine.Step(i), hand.Step];
        double[][] ms = [.. steps.Select(_ => new double[Rounds])];
        for (int round = 0; round < Rounds; round++)
            for (int s = 0; s < steps.Length; s++)
                ms[s][round] = Timing.Measure(Math.Max(1, run.Steps / Rounds), steps[s], run.CancellationToken).Median
                    * 1e3;
        double Median(Func<int, double> of)
        {
            double[] sorted = [.. Enumerable.Range(0, Rounds).Select(of).Order()];
            return Math.Round(sorted[Rounds / 2], 4);
        }
        return new JsonObject
        {
            ["bench"] = "torch",
            ["shape"] = shape.Name,
            ["threads"] = run.Threads,
            ["managed_ms"] = Median(r => ms[0][r]),
            ["engine_ms"] = Median(r => ms[1][r]),
            ["hand_ms"] = Median(r => ms[2][r]),
            ["engine_to_hand"] = Median(r => ms[1][r] / ms[2][r]),
            ["engine_to_managed"] = Median(r => ms[1][r] / ms[0][r]),
        };
    }

    /// <summary>What one would write: fused heads, masked binary cross entropy, backward, AdamW.</summary>
    private sealed class HandWritten : IDisposable
    {
        private readonly int _batch;
        private readonly Tensor _features, _labels, _weights;
        private readonly nn.Module<Tensor, Tensor> _network;
        private readonly optim.Optimizer _optimizer;

        public HandWritten(BenchShape shape)
        {
            const int batches = 16;
            _batch = shape.Batch;
            int rows = batches * shape.Batch;
            _features = tensor(shape.RandomFeatures(rows), [rows, shape.Features]);
            _weights = (rand(rows, shape.Tasks) < 0.8).to(float32);
            _labels = (rand(rows, shape.Tasks) < 0.3).to(float32);
            var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
            int inputs = shape.Features;
            foreach (int width in shape.Hidden)
            {
                layers.Add(($"{layers.Count}", nn.Linear(inputs, width)));
                layers.Add(($"{layers.Count}", nn.ReLU()));
                inputs = width;
            }
            layers.Add(($"{layers.Count}", nn.Linear(inputs, shape.Tasks)));
            _network = nn.Sequential(layers);
            _optimizer = optim.AdamW(_network.parameters(), 1e-3, weight_decay: 1e-4);
        }

        public void Step(int number)
        {
            using var scope = NewDisposeScope();
            int from = number % 16 * _batch;
            Tensor weights = _weights.narrow(0, from, _batch);
            _optimizer.zero_grad();
            Tensor losses = nn.functional.binary_cross_entropy_with_logits(
                _network.call(_features.narrow(0, from, _batch)),
                _labels.narrow(0, from, _batch), weights, nn.Reduction.None).sum([0L]);
            (losses / weights.sum([0L])).mean().backward();
            _optimizer.step();
            losses.data<float>().ToArray();
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            _network.Dispose();
            foreach (Tensor tensor in (Tensor[])[_features, _labels, _weights])
                tensor.Dispose();
        }
    }
}
