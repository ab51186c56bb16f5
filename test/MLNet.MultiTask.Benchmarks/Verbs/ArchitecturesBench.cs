using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Benchmarks.Generators;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// Every architecture by name against one <c>mlp</c> per task of the same seed, on all tasks together: Δm on the test
/// rows, the mean of the tasks' relative gains, up is better. A line per training, then one per set and architecture,
/// then one per architecture.
/// </summary>
internal static class ArchitecturesBench
{
    /// <summary>The named ones with their defaults, and STEM, which is a setting of one.</summary>
    public static IReadOnlyList<string> Architectures =>
        [.. TorchArchitectures.Names, "cgc(stop-gradient=yes)"];

    private const string MadeUp = "multitab-bench";

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "architectures",
            "Each architecture by name against one mlp per task, on data sets.", "Seeds.", 5, "--seeds");
        var manifest = new Option<string>("--manifest") { Description = "The data sets.", Required = true };
        var names = new Option<string[]>("--name")
        {
            Description = $"Data sets of the manifest, or {MadeUp}, which is made up.", Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var arms = new Option<string[]>("--arm")
        {
            Description = "Architectures, with or without settings; all without the option.",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int> rows = BenchVerb.Positive("--rows", "Training rows at most, evenly taken.", 2000);
        Option<int> steps = BenchVerb.Positive("--max-steps", "Steps of a training at most.", 600);
        foreach (Option option in (Option[])[manifest, names, arms, rows, steps])
            verb.Command.Options.Add(option);
        verb.SetAction((parsed, run) => Lines(parsed.GetValue(manifest)!, parsed.GetValue(names)!,
            parsed.GetValue(arms) is { Length: > 0 } some ? some : Architectures, parsed.GetValue(rows),
            new TrainingOptions { MaxSteps = parsed.GetValue(steps), MaxEpochs = 100, Patience = 10 }, run));
        return verb.Command;
    }

    private static IEnumerable<JsonObject> Lines(string manifest, string[] names, IReadOnlyList<string> arms, int rows,
        TrainingOptions training, BenchRun run)
    {
        var gains = new List<(string Set, string Arm, int Seed, double Gain, double Seconds)>();
        foreach (string name in names)
        {
            BenchData data = name == MadeUp ? MultiTab()
                : BenchData.Read(manifest, name, run.CancellationToken);
            for (int seed = 1; seed <= run.Steps; seed++)
            {
                (MultiTaskMetrics single, double singleSeconds) =
                    Train(data, "mlp", perTask: true, rows, training, seed, run);
                yield return Line(name, "mlp per task", seed, single, 0, singleSeconds);
                foreach (string arm in arms)
                {
                    (JsonObject line, double? gain, double seconds) = Compared(name, arm, seed, single, () =>
                        Train(data, arm, perTask: false, rows, training, seed, run));
                    if (gain is { } own)
                        gains.Add((name, arm, seed, own, seconds));
                    yield return line;
                }
            }
        }
        foreach (var one in gains.GroupBy(g => (g.Set, g.Arm)))
            yield return Summary(one.Key.Set, one.Key.Arm, [.. one.Select(g => g.Gain)], one.Average(g => g.Seconds));
        // Over sets: a seed's mean over the sets, so that the deviation is that of seeds.
        foreach (var one in gains.GroupBy(g => g.Arm))
            yield return Summary("all", one.Key,
                [.. one.GroupBy(g => g.Seed).Select(seed => seed.Average(g => g.Gain))],
                one.Average(g => g.Seconds));
    }

    // One that fails is told and does not end the others.
    private static (JsonObject Line, double? Gain, double Seconds) Compared(string set, string arm, int seed,
        MultiTaskMetrics single, Func<(MultiTaskMetrics Metrics, double Seconds)> train)
    {
        try
        {
            (MultiTaskMetrics together, double seconds) = train();
            double gain = together.DeltaM(single);
            return (Line(set, arm, seed, together, gain, seconds), gain, seconds);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return (new JsonObject
            {
                ["bench"] = "architectures", ["set"] = set, ["architecture"] = arm, ["seed"] = seed,
                ["error"] = e.Message.Split('\n')[0],
            }, null, 0);
        }
    }

    private static (MultiTaskMetrics Metrics, double Seconds) Train(BenchData data, string architecture,
        bool perTask, int rows, TrainingOptions training, int seed, BenchRun run)
    {
        int tasks = data.Table.Tasks.Count;
        int[] train = Thinned(data.Train, rows), validation = Thinned(data.Validation, rows / 2);
        long began = Stopwatch.GetTimestamp();
        GroupedTrainingResult result = GroupedTrainer.Train(data.Table, new RowSplit(train, validation),
            perTask ? TaskGrouping.Single(tasks) : TaskGrouping.All(tasks),
            new TorchModuleLearner(new() { Architecture = architecture, Training = training }), new LearnerRun
            {
                Seed = (ulong)seed, Threads = run.Threads, CancellationToken = run.CancellationToken,
            });
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        int outputs = result.Model.OutputCount;
        var features = new float[data.Test.Length * data.Table.FeatureCount];
        data.Table.Features.CopyRows(data.Test, features);
        float[] scores = new float[data.Test.Length * outputs], labels = new float[data.Test.Length * tasks];
        result.Model.Score(features, data.Test.Length, scores);
        for (int i = 0; i < labels.Length; i++)
            labels[i] = data.Table.Label(data.Test[i / tasks], i % tasks);
        return (MultiTaskMetrics.Evaluate(data.Table.Tasks, scores, labels,
            reference: ConstantPredictor.Learn(data.Table, train)), seconds);
    }

    // As MultiTab-Bench plants them: tasks of three groups, polynomials of one to three degrees.
    private static BenchData MultiTab()
    {
        TaskTable table = MultiTabBench.Generate(new MultiTabBenchOptions { Rows = 4000 }).Table;
        int[] order = new RandomStream(1, "multitab rows").Permutation(table.RowCount);
        return new BenchData(table, order[..2000], order[2000..3000], order[3000..]);
    }

    private static int[] Thinned(int[] rows, int most) => rows.Length <= most ? rows
        : [.. Enumerable.Range(0, most).Select(i => rows[(int)((long)i * rows.Length / most)])];

    private static JsonObject Line(string set, string arm, int seed, MultiTaskMetrics metrics, double gain,
        double seconds) => new()
        {
            ["bench"] = "architectures",
            ["set"] = set,
            ["architecture"] = arm,
            ["seed"] = seed,
            ["delta_m_percent"] = Math.Round(gain, 3),
            ["primary"] = new JsonArray([.. metrics.Tasks.Select(t => (JsonNode)Math.Round(t.Primary, 5))]),
            ["seconds"] = Math.Round(seconds, 3),
        };

    private static JsonObject Summary(string set, string arm, double[] gains, double seconds)
    {
        double mean = gains.Average();
        double deviation = gains.Length == 1 ? 0
            : Math.Sqrt(gains.Sum(g => (g - mean) * (g - mean)) / (gains.Length - 1));
        return new JsonObject
        {
            ["bench"] = "architectures summary",
            ["set"] = set,
            ["architecture"] = arm,
            ["seeds"] = gains.Length,
            ["delta_m_percent"] = Math.Round(mean, 3),
            ["sd_percent"] = Math.Round(deviation, 3),
            ["seconds_a_training"] = Math.Round(seconds, 3),
        };
    }
}
