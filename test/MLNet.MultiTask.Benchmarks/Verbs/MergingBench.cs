using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Benchmarks.Generators;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Torch;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// Every merging of one set of experts against those experts apart and against one module trained on all tasks: Δm over
/// the experts on the test rows, up is better; bytes of the parameters kept; seconds of the method alone. A line per
/// set, seed and method, then one per set and method, then one per method.
/// </summary>
internal static class MergingBench
{
    private const string Separate = "separate", Joint = "joint";
    private const int TestRows = 1000;

    /// <summary>
    /// Planted sets by name: groups of three tasks that share a direction, as regression and as classes.
    /// </summary>
    private static readonly Dictionary<string, TaskKind> Planted = new(StringComparer.Ordinal)
    {
        ["planted-regression"] = TaskKind.Regression, ["planted-binary"] = TaskKind.Binary,
    };

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "merging",
            "Each merging of experts against the experts apart and a joint module, on planted and real tasks.",
            "Seeds.", 3, "--seeds");
        var manifest = new Option<string?>("--manifest") { Description =
            "The data sets; without it planted ones alone." };
        var names = new Option<string[]>("--name")
        {
            Description = $"Data sets of the manifest, and {string.Join(", ", Planted.Keys)}.",
            AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [.. Planted.Keys],
        };
        var methods = new Option<string[]>("--method")
        {
            Description = "Mergings, with or without settings; all without the option.",
            AllowMultipleArgumentsPerToken = true,
        };
        var architecture = new Option<string>("--architecture")
        {
            Description = "Of the modules.", DefaultValueFactory = _ => "mlp(hidden=64,32)",
        };
        var warmup = new Option<int>("--warmup")
        {
            Description = "Epochs that all tasks are trained together before each goes on alone.",
            DefaultValueFactory = _ => 0,
        };
        Option<int> steps = BenchVerb.Positive("--max-steps", "Steps of a training at most.", 600);
        foreach (Option option in (Option[])[manifest, names, methods, architecture, warmup, steps])
            verb.Command.Options.Add(option);
        verb.SetAction((parsed, run) => Lines(parsed.GetValue(names)!.Select(n => (n, Read(parsed.GetValue(manifest),
            n, run))),
            parsed.GetValue(methods) is { Length: > 0 } some ? some : ModelMergings.Names, new TorchModuleOptions
            {
                Architecture = parsed.GetValue(architecture)!,
                Merging = "delta-guided",
                MergingWarmup = parsed.GetValue(warmup),
                Training = new() { MaxSteps = parsed.GetValue(steps), MaxEpochs = 100, Patience = 10 },
            }, run));
        return verb.Command;
    }

    private static BenchData Read(string? manifest, string name, BenchRun run)
    {
        if (!Planted.TryGetValue(name, out TaskKind kind))
            return BenchData.Read(manifest ?? throw new InputException($"There is no planted set '{name}'; there are " +
                $"{string.Join(", ", Planted.Keys)}. For sets of a manifest give --manifest."), name,
                run.CancellationToken);
        (TaskTable table, _) = MultiTabBench.Generate(new()
        {
            Rows = 800 + TestRows, GroupSizes = [3, 3], Features = 16, Kind = kind, Degrees = [1, 2],
        });
        return new BenchData(table, [.. Enumerable.Range(0, 600)], [.. Enumerable.Range(600, 200)],
            [.. Enumerable.Range(800, TestRows)]);
    }

    private static IEnumerable<JsonObject> Lines(IEnumerable<(string Name, BenchData Data)> sets,
        IReadOnlyList<string> methods, TorchModuleOptions module, BenchRun run)
    {
        var all = new List<MergingMeasurement>();
        foreach ((string name, BenchData data) in sets)
            for (int seed = 1; seed <= run.Steps; seed++)
                foreach (MergingMeasurement one in Measure(name, data, seed, methods, module, run))
                {
                    all.Add(one);
                    yield return one.Line();
                }
        foreach (var one in all.GroupBy(m => (m.Set, m.Method)))
            yield return MergingMeasurement.Summary(one.Key.Set, one.Key.Method, [.. one]);
        foreach (var one in all.GroupBy(m => m.Method))
            yield return MergingMeasurement.Summary("all", one.Key, [.. one]);
    }

    private static IEnumerable<MergingMeasurement> Measure(string set, BenchData data, int seed,
        IReadOnlyList<string> methods, TorchModuleOptions module, BenchRun run)
    {
        var split = new RowSplit(data.Train, data.Validation);
        var learnerRun = new LearnerRun
        {
            Seed = (ulong)seed, Threads = run.Threads, CancellationToken = run.CancellationToken,
        };
        int tasks = data.Table.Tasks.Count;
        int[] all = [.. Enumerable.Range(0, tasks)];
        MultiTaskModel Model(params IReadOnlyList<IGroupModel> models) => new(data.Table.Tasks,
            models.Count == 1 ? TaskGrouping.All(tasks) : TaskGrouping.Single(tasks), models);
        MultiTaskMetrics? separate = null;
        MergingMeasurement One(string method, Func<MultiTaskModel> make)
        {
            long began = Stopwatch.GetTimestamp();
            MultiTaskModel? model = null;
            string? refused = null;
            try
            {
                model = make();
            }
            // A method may not suit a set's tasks; that is a result.
            catch (ArgumentException e)
            {
                refused = e.Message;
            }
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            MultiTaskMetrics? metrics = model is null ? null : Evaluate(model, data);
            separate ??= metrics;
            return new MergingMeasurement(set, method, seed, metrics?.DeltaM(separate!) ?? double.NaN,
                metrics?.Tasks.Average(t => t.Primary) ?? double.NaN, model is null ? 0 : Bytes(model), seconds,
                    refused);
        }
        IReadOnlyList<TorchModuleModel> experts = [];
        TorchModuleModel? initial = null;
        yield return One(Separate, () =>
        {
            (experts, initial, _) = new TorchModuleLearner(module).TrainExperts(data.Table, split, all, learnerRun,
                "cpu", []);
            return Model([.. experts]);
        });
        yield return One(Joint, () => Model(new TorchModuleLearner(module with { Merging = null, MergingWarmup = 0 })
            .Fit(data.Table, split, all, learnerRun).Models[0].Model));
        var problem = new TrainingProblem(data.Table, split, all);
        foreach (string method in methods)
            yield return One(method, () => Model(ModuleMerger.Merge(experts, initial, problem,
                ModelMergings.Parsed(method, nameof(method)), "cpu", run.Threads, run.CancellationToken).Model));
    }

    private static long Bytes(MultiTaskModel model) =>
        model.Models.Sum(m => sizeof(float) * (long)((TorchModuleModel)m).Layout.Length);

    private static MultiTaskMetrics Evaluate(MultiTaskModel model, BenchData data)
    {
        int tasks = data.Table.Tasks.Count;
        var features = new float[data.Test.Length * data.Table.FeatureCount];
        data.Table.Features.CopyRows(data.Test, features);
        float[] scores = new float[data.Test.Length * model.OutputCount], labels = new float[data.Test.Length * tasks];
        model.Score(features, data.Test.Length, scores);
        for (int i = 0; i < labels.Length; i++)
            labels[i] = data.Table.Label(data.Test[i / tasks], i % tasks);
        return MultiTaskMetrics.Evaluate(data.Table.Tasks, scores, labels,
            reference: ConstantPredictor.Learn(data.Table, data.Train));
    }
}
