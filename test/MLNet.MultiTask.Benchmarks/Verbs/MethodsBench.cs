using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// A training step under every weighting of tasks, beside the step with equal weights: methods on losses, methods on
/// gradients with the exact Gramian in every step, a sketched one, and with one that is renewed every few steps.
/// </summary>
internal static class MethodsBench
{
    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "methods", "Times a training step under every weighting of tasks.",
            "Steps timed after warm-up, per method and mode.", 60);
        Option<string[]> shapes = BenchVerb.ShapeOption(
            "a = 64-128-64-14 tasks, 256 rows a step; b = 256-256-128-20, 256; c = 512-512-256-100, 1024.");
        var methods = new Option<string[]>("--method")
        {
            Description = "The methods, with settings where wanted: cagrad(c=0.4) [default: all].",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int> interval = BenchVerb.Positive("--interval", "Steps from one Gramian to the next, where it is " +
            "renewed; the time is that of all these steps over their number.", 20);
        verb.Command.Options.Add(shapes);
        verb.Command.Options.Add(methods);
        verb.Command.Options.Add(interval);
        Option<int> sketch = BenchVerb.Positive("--sketch", "Numbers that a layer's inputs are sketched to.", 16);
        verb.Command.Options.Add(sketch);
        var modes = new Option<string[]>("--mode")
        {
            Description = "How gradients are seen [default: all].",
            AllowMultipleArgumentsPerToken = true,
        };
        modes.AcceptOnlyFromAmong("losses", "exact", "sketched", "renewed", "sketched and renewed");
        verb.Command.Options.Add(modes);
        verb.SetAction((parsed, run) =>
        {
            TaskWeighting[] chosen = [.. Chosen(parsed.GetValue(methods))];
            return BenchVerb.Shapes(parsed, shapes).SelectMany(shape =>
                Lines(shape, chosen, parsed.GetValue(interval), parsed.GetValue(sketch), parsed.GetValue(modes),
                    run));
        });
        return verb.Command;
    }

    private static IEnumerable<TaskWeighting> Chosen(string[]? names) => names is { Length: > 0 }
        ? names.Select(name => LibraryErrors.Translate(() => TaskWeightings.Parse(name)))
        : TaskWeightings.All.Where(m => m.Name is not ("equal" or "fixed")).Select(m => TaskWeightings.Parse(m.Name));

    private static IEnumerable<JsonObject> Lines(BenchShape shape, TaskWeighting[] methods, int interval, int sketch,
        string[]? modes, BenchRun run)
    {
        foreach (TaskWeighting method in methods)
            foreach ((string mode, int every, int? size) in Modes(method, interval, sketch))
            {
                if (modes is { Length: > 0 } && !modes.Contains(mode))
                    continue;
                (Timing equal, Timing own) = Measure(shape, method, every, size, run);
                yield return new JsonObject
                {
                    ["bench"] = "methods",
                    ["shape"] = shape.Name,
                    ["method"] = method.ToString(),
                    ["mode"] = mode,
                    ["gramianInterval"] = every,
                    ["gramianSketch"] = size,
                    ["threads"] = run.Threads,
                    ["ms_median"] = Math.Round(own.Median / every * 1e3, 4),
                    ["ms_processor"] = Math.Round(own.ProcessorSeconds / every * 1e3, 4),
                    ["ratioToEqual"] = Math.Round(own.Median / every / equal.Median, 3),
                    ["processorRatioToEqual"] =
                        Math.Round(own.ProcessorSeconds / every / equal.ProcessorSeconds, 3),
                    ["bytes_per_step"] = Math.Round(own.BytesPerCall / every),
                };
            }
    }

    private static (string Mode, int Every, int? Sketch)[] Modes(TaskWeighting method, int interval, int sketch) =>
        method.SeesGradients ? [("exact", 1, null), ("sketched", 1, sketch), ("renewed", interval, null),
            ("sketched and renewed", Math.Max(1, interval / 4), sketch)] : [("losses", 1, null)];

    // Equal weights anew each time, in turn: other work on the machine then counts in both.
    private static (Timing Equal, Timing Own) Measure(BenchShape shape, TaskWeighting method, int every, int? sketch,
        BenchRun run)
    {
        using var plain = new TrainBench(shape, run.Threads, new EqualWeighting());
        using var bench = new TrainBench(shape, run.Threads, method, every, sketch);
        int number = 0;
        Timing[] timings = Timing.InTurn([(run.Steps, i => plain.Step(i)), (Math.Max(5, run.Steps / every), _ =>
        {
            for (int i = 0; i < every; i++)
                bench.Step(number++);
        })], run.CancellationToken);
        return (timings[0], timings[1]);
    }
}
