using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Benchmarks.Generators;
using MLNet.MultiTask.Benchmarks.Tuners;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Search;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// The sweep against random groupings and a cost-frugal tuner, with equal budgets of trained epochs, the same folds,
/// the same cache and the same way to choose; and against every task alone and all together.
/// </summary>
internal sealed class SweepTableBench
{
    private const string Planted = "planted";
    private const int MostCandidates = 200;
    private const int TrainingRuns = 3;

    private readonly NetworkOptions _network = new();
    private readonly Option<string> _manifest = new("--manifest") { Description = "File that describes the sets.", Required = true };
    private readonly Option<string[]> _names = new("--names")
    {
        Description = "Sets, or planted.", AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ["yeast", "emotions", "scene", "wq", "enron", "rf1", Planted],
    };
    private readonly Option<double> _budget = new("--budget")
    {
        Description = "Epochs in all, in units of what every task alone takes.", DefaultValueFactory = _ => 5,
    };
    private readonly Option<int> _rows = BenchVerb.Positive("--max-rows", "Rows to train and validate on at most.", 2000);
    private readonly Option<string> _method = new("--method")
    {
        Description = "Affinity that leads.", DefaultValueFactory = _ => "grad-tag-early",
    };

    public static Command Create(ToolConsole console)
    {
        var bench = new SweepTableBench();
        var verb = new BenchVerb(console, "sweep-table", "The sweep against random groupings, a cost-frugal tuner, every " +
            "task alone and all together on test rows.", "Seeds of every sweep.", 3, "--seeds");
        foreach (Option option in new Option[] { bench._manifest, bench._names, bench._budget, bench._rows, bench._method })
            verb.Command.Options.Add(option);
        bench._network.AddTo(verb.Command);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        foreach (string name in parsed.GetValue(_names)!)
        {
            BenchData data = name == Planted ? Generated() : BenchData.Read(parsed.GetValue(_manifest)!, name, run.CancellationToken);
            Dictionary<string, List<double>> metrics = [];
            Dictionary<string, string> chosen = [];
            long budget = 0;
            for (int seed = 1; seed <= run.Steps; seed++)
            {
                TrainingOptions training = _network.Read(parsed, null, (ulong)seed, run.Threads);
                int[] rows = Rows(data, parsed.GetValue(_rows), (ulong)seed);
                budget = (long)(parsed.GetValue(_budget) * EpochsAlone(data, training, rows, run));
                SweepOptions options = new()
                {
                    Learners = [NetworkSweep.Learner(training)], RowsToDivide = rows, Folds = 3, Seed = (ulong)seed,
                    Threads = run.Threads, MaxTrials = null, MaxEpochs = budget, Refit = false,
                    AffinityEstimator = AffinityMethods.Create(parsed.GetValue(_method)!, training),
                };
                foreach (string arm in new[] { "single", "all", "sweep", "random", "costFrugal" })
                {
                    TaskGrouping grouping = Choose(arm, data, options, run);
                    if (!metrics.ContainsKey(arm))
                        metrics[arm] = [];
                    metrics[arm].Add(TestMetric(data, grouping, training, rows, (ulong)seed, run));
                    chosen[arm] = grouping.ToString();
                }
            }
            yield return Line(name, data, metrics, chosen, budget);
        }
    }

    private static TaskGrouping Choose(string arm, BenchData data, SweepOptions options, BenchRun run)
    {
        int tasks = data.Table.Tasks.Count;
        if (arm is "single" or "all")
            return arm == "single" ? TaskGrouping.Single(tasks) : TaskGrouping.All(tasks);
        using var sweep = new SweepRun(data.Table, options, run.CancellationToken);
        sweep.Begin();
        IGroupingTuner? tuner = arm switch
        {
            "random" => new RandomTuner(tasks, options.Seed),
            "costFrugal" => new CostFrugalTuner([.. sweep.Candidates(MostCandidates).Select(TaskGrouping.Parse)], options.Seed),
            _ => null,
        };
        SweepStopReason? stop = sweep.WhyStop();
        while (stop is null)
        {
            SweepPoint? point = tuner is null ? sweep.Propose()
                : tuner.Propose() is { } grouping ? new SweepPoint(grouping, options.Learners[0].Name) : null;
            if (point is null || sweep.Try(point, run.CancellationToken) is not { } trial)
                break;
            tuner?.Report(trial.Loss);
            stop = sweep.WhyStop();
        }
        return sweep.Finish(stop ?? SweepStopReason.SpaceExhausted).Best.Point.Grouping;
    }

    private static long EpochsAlone(BenchData data, TrainingOptions training, int[] rows, BenchRun run) =>
        GroupingSweep.Run(data.Table, new SweepOptions
        {
            Learners = [NetworkSweep.Learner(training)], RowsToDivide = rows, Folds = 3, Seed = training.Seed,
            Threads = run.Threads, MaxTrials = 1, Refit = false,
        }, run.CancellationToken).Trials[0].Epochs;

    /// <summary>The set's metric on test rows, mean over some trainings on the rows of the sweep.</summary>
    private static double TestMetric(BenchData data, TaskGrouping grouping, TrainingOptions training, int[] rows, ulong seed,
        BenchRun run) => Enumerable.Range(0, TrainingRuns).Average(i =>
        {
            ulong own = new RandomStream(seed, "test", i).NextUInt64();
            RowSplit split = new RowSplitter { Seed = own }.Split(data.Table, 0.2, rows);
            MultiTaskModel model = GroupedTrainer.Train(data.Table, split, grouping, new SharedBottomLearner(training),
                new LearnerRun { Seed = own, Threads = run.Threads, CancellationToken = run.CancellationToken }).Model;
            return data.Macro(features => model.Score(features, 1, data.Scores));
        });

    private static int[] Rows(BenchData data, int most, ulong seed)
    {
        int[] rows = [.. data.Train, .. data.Validation];
        if (rows.Length <= most)
            return rows;
        int[] order = new RandomStream(seed, "rows").Permutation(rows.Length);
        return [.. order.Take(most).Select(i => rows[i]).Order()];
    }

    private static BenchData Generated()
    {
        (TaskTable table, _) = MultiTabBench.Generate(new() { Rows = 2500, Noise = 0.1, Seed = 301 });
        return new BenchData(table, [.. Enumerable.Range(0, 400)], [.. Enumerable.Range(400, 100)],
            [.. Enumerable.Range(500, 2000)]);
    }

    private static JsonObject Line(string name, BenchData data, Dictionary<string, List<double>> metrics,
        Dictionary<string, string> chosen, long budget)
    {
        double sign = data.HigherIsBetter ? 1 : -1;
        double corner = new[] { "single", "all" }.Max(a => sign * metrics[a].Average());
        double spread = Math.Max(Deviation(metrics["sweep"]), new[] { "single", "all" }
            .Where(a => sign * metrics[a].Average() == corner).Max(a => Deviation(metrics[a])));
        return new JsonObject
        {
            ["bench"] = "sweep table",
            ["set"] = name,
            ["metric"] = data.MetricName,
            ["epochs"] = budget,
            ["arms"] = new JsonObject(metrics.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)new JsonObject
            {
                ["mean"] = Math.Round(m.Value.Average(), 4), ["sd"] = Math.Round(Deviation(m.Value), 4),
                ["lastChosen"] = chosen[m.Key],
            }))),
            ["sweepIsNoWorseThanCorners"] = sign * metrics["sweep"].Average() >= corner - spread,
            ["sweepMinusRandom"] = Math.Round(sign * (metrics["sweep"].Average() - metrics["random"].Average()), 4),
            ["sweepMinusCostFrugal"] = Math.Round(sign * (metrics["sweep"].Average() - metrics["costFrugal"].Average()), 4),
        };
    }

    private static double Deviation(List<double> values) => values.Count < 2 ? 0
        : Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Count - 1));
}
