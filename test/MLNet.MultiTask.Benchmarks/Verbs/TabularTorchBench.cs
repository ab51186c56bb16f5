using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Torch;
using MLNet.MultiTask.Training;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// One training step of a tabular network with its defaults, and of the same network written by hand in TorchSharp:
/// round by round in turn, so that the rest of the machine slows both alike. 14 binary tasks, 80 % of the labels
/// observed, 256 rows.
/// </summary>
internal sealed class TabularTorchBench : IDisposable
{
    private const int Batches = 16, Rounds = 9;
    private const float Dropout = 0.15f;
    private readonly BenchShape _shape;
    private readonly TrainingStep _step;
    private readonly HandTabularNetwork _hand;
    private readonly Tensor _features, _labels, _weights;
    private readonly int[] _rows;

    public TabularTorchBench(int features, int threads)
    {
        _shape = new BenchShape($"{features}", features, [256, 256, 256], 14, 256);
        _rows = [.. Enumerable.Range(0, Batches * _shape.Batch)];
        TaskTable table = TrainBench.Table(_shape, _rows.Length);
        var problem = new TrainingProblem(table, new RowSplit(_rows, []), [.. Enumerable.Range(0, _shape.Tasks)]);
        var options = new TabularOptions { Dropout = Dropout };
        Start = TabularBuilder.Create(problem, options, FeatureScaling.Standard(table, _rows), NetworkActivation.Selu,
            1);
        const long steps = 1_000_000;
        var step = new TabularStep(problem, Start, 0, _shape.Batch, threads);
        _step = new TrainingStep(problem, new TabularTrainable(step, options, steps, 1),
            options.ForWeighting(_shape.Batch, 0.04f, 1), _ => 0.04f);
        _hand = new HandTabularNetwork(Start, Dropout);
        float[] scaled = new float[_rows.Length * features], labels = [.. table.Labels];
        for (int row = 0; row < _rows.Length; row++)
            Start.Scaling.Apply(table.FeatureRow(row), scaled.AsSpan(row * features, features));
        _features = tensor(scaled, [_rows.Length, features]);
        _weights = tensor([.. labels.Select(y => float.IsNaN(y) ? 0f : 1)], [_rows.Length, _shape.Tasks]);
        _labels = tensor([.. labels.Select(y => float.IsNaN(y) ? 0 : y)], [_rows.Length, _shape.Tasks]);
        Table = table;
    }

    /// <summary>Why TorchSharp cannot be used; null where it can.</summary>
    public static string? Missing => TorchLibrary.Missing;

    /// <summary>The network from which both begin.</summary>
    public TabularNetwork Start { get; }

    /// <summary>The rows.</summary>
    public TaskTable Table { get; }

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "tabular-torch",
            "Times a training step of a tabular network and of the same network written by hand in TorchSharp.",
            "Steps of each, in rounds.", 180);
        var widths = new Option<int[]>("--features")
        {
            Description = "Numbers of features.", AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [64, 256],
        };
        verb.Command.Options.Add(widths);
        verb.SetAction((parsed, run) => parsed.GetValue(widths)!.Select(features => Line(features, run)));
        return verb.Command;
    }

    public void OwnStep(int number) => _step.Run(_rows.AsSpan(number % Batches * _shape.Batch, _shape.Batch), 1);

    public void HandStep(int number)
    {
        using var scope = NewDisposeScope();
        int from = number % Batches * _shape.Batch;
        _hand.Step(_features.narrow(0, from, _shape.Batch), _labels.narrow(0, from, _shape.Batch),
            _weights.narrow(0, from, _shape.Batch));
    }

    /// <summary>Raw outputs of the first rows as the network by hand gives them.</summary>
    public float[] HandOutputs(int rows)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return _hand.Outputs(_features.narrow(0, 0, rows), training: false).data<float>().ToArray();
    }

    public void Dispose()
    {
        _step.Dispose();
        _hand.Dispose();
        foreach (Tensor tensor in (Tensor[])[_features, _labels, _weights])
            tensor.Dispose();
    }

    private static JsonObject Line(int features, BenchRun run)
    {
        TorchLibrary.ThrowIfAbsent();
        set_num_threads(run.Threads);
        using var bench = new TabularTorchBench(features, run.Threads);
        double[] own = new double[Rounds], hand = new double[Rounds];
        int steps = Math.Max(1, run.Steps / Rounds);
        for (int round = 0; round < Rounds; round++)
        {
            own[round] = Timing.Measure(steps, bench.OwnStep, run.CancellationToken).Median * 1e3;
            hand[round] = Timing.Measure(steps, bench.HandStep, run.CancellationToken).Median * 1e3;
        }
        return new JsonObject
        {
            ["bench"] = "tabular-torch", ["features"] = features, ["tasks"] = 14, ["batch"] = 256,
            ["threads"] = run.Threads, ["own_ms"] = Math.Round(Median(own), 4),
            ["hand_ms"] = Math.Round(Median(hand), 4),
            ["faster"] = Math.Round(Median([.. hand.Zip(own, (h, o) => h / o)]), 2),
        };
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
