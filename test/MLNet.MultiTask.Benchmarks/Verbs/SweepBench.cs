using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Benchmarks.Generators;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>Whether a sweep tries and chooses planted groups, and how good its choice is on test rows.</summary>
internal sealed class SweepBench
{
    private const int TestRows = 4000;
    private const int TestRuns = 5;

    private readonly SweepBenchOptions _options = new();
    private readonly Option<int> _rows = BenchVerb.Positive("--rows", "Rows of each planted data set.", 500);
    private readonly Option<int> _first = BenchVerb.Positive("--first-seed", "The first seed.", 1);
    private readonly Option<DirectoryInfo?> _histories = new("--histories")
    {
        Description = "Folder that gets each sweep's history.",
    };

    public static Command Create(ToolConsole console)
    {
        var bench = new SweepBench();
        var verb = new BenchVerb(console, "sweep",
            "Sweeps over groupings of planted data: in which trial the groups are tried, whether they are " +
            "chosen, and the loss of both on test rows.", "Seeds of planted data.", 10, "--seeds");
        bench._options.AddTo(verb.Command);
        foreach (Option option in new Option[] { bench._rows, bench._first, bench._histories })
            verb.Command.Options.Add(option);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        int seeds = run.Steps, tried = 0, chosen = 0, asGood = 0;
        for (int i = 0; i < seeds; i++)
        {
            JsonObject line = Planted(parsed, run, (ulong)(parsed.GetValue(_first) + i));
            tried += line["triedInTrial"] is null ? 0 : 1;
            chosen += (bool)line["isPlanted"]! ? 1 : 0;
            asGood += (bool)line["isAsGood"]! ? 1 : 0;
            yield return line;
        }
        yield return new JsonObject
        {
            ["bench"] = "sweep planted, all seeds", ["seeds"] = seeds, ["tried"] = tried, ["chosen"] = chosen,
            ["chosenOrAsGood"] = asGood,
        };
    }

    private JsonObject Planted(ParseResult parsed, BenchRun run, ulong seed)
    {
        int rows = parsed.GetValue(_rows);
        // Rows are drawn one after the other, so the sweep's table is the beginning of the one with test rows.
        (TaskTable table, TaskGrouping planted) = MultiTabBench.Generate(Options(rows));
        (TaskTable all, _) = MultiTabBench.Generate(Options(rows + TestRows));
        TrainingOptions training = _options.Training(parsed, seed, run);
        string? folder = parsed.GetValue(_histories)?.FullName;
        SweepResult result = GroupingSweep.Run(table, _options.Sweep(parsed, training) with
        {
            HistoryFile = folder is null ? null : Path.Combine(folder, $"{seed}.jsonl"),
        }, run.CancellationToken);
        int found = result.Trials.Select(t => t.Point.Grouping).ToList().IndexOf(planted);
        TaskGrouping chosen = result.Best.Point.Grouping;
        double[] own = [.. TestLosses(chosen)], best = chosen.Equals(planted) ? own : [.. TestLosses(planted)];
        double[] worse = [.. own.Zip(best, (a, b) => a - b)];
        double error = Math.Sqrt(worse.Sum(w => Math.Pow(w - worse.Average(), 2)) / (TestRuns - 1) / TestRuns);
        return new JsonObject
        {
            ["bench"] = "sweep planted",
            ["seed"] = seed,
            ["planted"] = planted.ToString(),
            ["triedInTrial"] = found < 0 ? null : found + 1,
            ["chosen"] = chosen.ToString(),
            ["isPlanted"] = chosen.Equals(planted),
            ["testLoss"] = Math.Round(own.Average(), 4),
            ["testLossOfPlanted"] = Math.Round(best.Average(), 4),
            ["standardError"] = Math.Round(error, 4),
            ["isAsGood"] = worse.Average() <= error,
            ["loss"] = new JsonObject(result.Table.Select(a => KeyValuePair.Create(a.Name,
                (JsonNode?)JsonValue.Create(Math.Round(a.Trial.Loss, 4))))),
            ["seconds"] = Math.Round(result.Seconds, 1),
        };

        MultiTabBenchOptions Options(int count) => new() { Rows = count, Noise = 0.1, Seed = seed };

        IEnumerable<double> TestLosses(TaskGrouping grouping) => Enumerable.Range(0, TestRuns).Select(i =>
            TestLoss(all, rows, grouping, new SharedBottomLearner(training.ForSweep()), (ulong)i, run));
    }

    /// <summary>
    /// Mean over tasks of the root mean squared error relative to the mean's, trained on the sweep's rows.
    /// </summary>
    private static double TestLoss(TaskTable all, int rows, TaskGrouping grouping, IGroupLearner learner, ulong seed,
        BenchRun run)
    {
        int[] order = new RandomStream(seed, "test runs").Permutation(rows);
        var split = new RowSplit([.. order[(rows / 5)..].Order()], [.. order[..(rows / 5)].Order()]);
        MultiTaskModel model = GroupedTrainer.Train(all, split, grouping, learner, new LearnerRun
        {
            Seed = seed, Threads = run.Threads, CancellationToken = run.CancellationToken,
        }).Model;
        int tasks = all.Tasks.Count;
        var features = new float[TestRows * all.FeatureCount];
        all.Features.CopyRows([.. Enumerable.Range(rows, TestRows)], features);
        var scores = new float[TestRows * tasks];
        model.Score(features, TestRows, scores);
        double sum = 0;
        for (int t = 0; t < tasks; t++)
        {
            double mean = Enumerable.Range(0, rows).Average(r => (double)all.Label(r, t)), own = 0, trivial = 0;
            for (int i = 0; i < TestRows; i++)
            {
                double label = all.Label(rows + i, t);
                own += Math.Pow(label - scores[i * tasks + t], 2);
                trivial += Math.Pow(label - mean, 2);
            }
            sum += Math.Sqrt(own / trivial) / tasks;
        }
        return sum;
    }
}
