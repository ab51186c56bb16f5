using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
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
    public const string Planted = "planted";
    private const int MostCandidates = 200;
    private const int TrainingRuns = 5;
    private const string Alone = "epochsAlone";

    private static readonly string[] Arms = ["single", "all", "sweep", "random", "costFrugal"];

    private readonly NetworkOptions _network = new();
    private readonly Option<string> _manifest = new("--manifest")
        { Description = "File that describes the sets.", Required = true };
    private readonly Option<string[]> _names = new("--names")
    {
        Description = "Sets, or planted.", AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ["yeast", "emotions", "scene", "wq", "enron", "rf1", Planted],
    };
    private readonly Option<double> _budget = new("--budget")
    {
        Description = "Epochs in all, in units of what every task alone takes.", DefaultValueFactory = _ => 5,
    };
    private readonly Option<int> _rows =
        BenchVerb.Positive("--max-rows", "Rows to train and validate on at most.", 2000);
    private readonly Option<string> _method = new("--method")
    {
        Description = "Affinity that leads.", DefaultValueFactory = _ => "grad-tag-early",
    };
    private readonly Option<DirectoryInfo?> _folder = new("--folder")
    {
        Description = "Keeps every measurement: the same command in several processes shares the work, and goes on " +
            "later.",
    };
    private readonly Option<double> _minutes = new("--minutes")
    {
        Description = "No measurement begins later than so many minutes from the start.",
        DefaultValueFactory = _ => double.PositiveInfinity,
    };

    private (string Name, BenchData? Data) _read = ("", null);

    public static Command Create(ToolConsole console)
    {
        var bench = new SweepTableBench();
        var verb = new BenchVerb(console, "sweep-table",
            "The sweep against random groupings, a cost-frugal tuner, every " +
            "task alone and all together on test rows.", "Seeds of every sweep.", 3, "--seeds");
        foreach (Option option in new Option[]
            { bench._manifest, bench._names, bench._budget, bench._rows, bench._method,
            bench._folder, bench._minutes })
            verb.Command.Options.Add(option);
        bench._network.AddTo(verb.Command);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        DirectoryInfo folder = parsed.GetValue(_folder) ?? Directory.CreateTempSubdirectory("sweep-table-");
        try
        {
            var cells = new SweepCells(folder);
            string[] names = parsed.GetValue(_names)!;
            long started = Stopwatch.GetTimestamp();
            // One seed of all sets before the next, so that a table that is cut short has all sets.
            for (int seed = 1; seed <= run.Steps; seed++)
                foreach (string name in names)
                    foreach (string arm in Arms)
                        if (Stopwatch.GetElapsedTime(started).TotalMinutes < parsed.GetValue(_minutes))
                            cells.Measure(Cell(name, arm, seed), () => Measure(parsed, run, name, arm, seed,
                                (long?)cells.Read(Cell(name, "single", seed))?[Alone]));
            foreach (string name in names)
                if (Line(name, cells, run.Steps) is { } line)
                    yield return line;
        }
        finally
        {
            if (parsed.GetValue(_folder) is null)
                folder.Delete(recursive: true);
        }
    }

    private static string Cell(string name, string arm, int seed) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}-{seed}-{arm}");

    /// <summary>One arm of one set with one seed.</summary>
    private JsonObject Measure(ParseResult parsed, BenchRun run, string name, string arm, int seed, long? known)
    {
        if (_read.Name != name)
            _read = (name, name == Planted ? Generated()
                : BenchData.Read(parsed.GetValue(_manifest)!, name, run.CancellationToken));
        BenchData data = _read.Data!;
        TrainingOptions training = _network.Read(parsed, null, (ulong)seed, run.Threads);
        int[] rows = FewerRows.Of(data.Table, [.. data.Train, .. data.Validation], parsed.GetValue(_rows), (ulong)seed);
        JsonObject line = new();
        long alone = known ?? (arm == "all" ? 0 : EpochsAlone(data, training, rows, run));
        if (arm == "single")
            line[Alone] = alone;
        TaskGrouping grouping = arm == "single" ? TaskGrouping.Single(data.Table.Tasks.Count)
            : TaskGrouping.All(data.Table.Tasks.Count);
        if (arm is not ("single" or "all"))
        {
            SweepOptions options = new()
            {
                Learners = [NetworkSweep.Learner(training)], RowsToDivide = rows, Folds = 3, Seed = (ulong)seed,
                Threads = run.Threads, MaxTrials = null, Refit = false,
                MaxEpochs = (long)(parsed.GetValue(_budget) * alone),
                AffinityEstimator = arm == "random" ? null
                : AffinityMethods.Create(parsed.GetValue(_method)!, training),
            };
            long started = Stopwatch.GetTimestamp();
            SweepResult found = Choose(arm, data, options, run);
            line["seconds"] = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1);
            (line["budget"], line["trials"]) = (options.MaxEpochs, found.Trials.Count);
            line["course"] = Course(found);
            line["lossChosen"] = Math.Round(found.Best.Loss, 5);
            grouping = found.Best.Point.Grouping;
        }
        line["chosen"] = grouping.ToString();
        line["metric"] = TestMetric(data, grouping, training, rows, (ulong)seed, run);
        (line["name"], line["higherIsBetter"]) = (data.MetricName, data.HigherIsBetter);
        return line;
    }

    /// <summary>Epochs spent and the lowest loss so far, after every trial that lowered it.</summary>
    private static JsonArray Course(SweepResult found)
    {
        var course = new JsonArray();
        long epochs = 0;
        double lowest = double.PositiveInfinity;
        foreach (SweepTrial trial in found.Trials)
        {
            epochs += trial.Epochs;
            if (trial.Status != SweepTrialStatus.Completed || trial.Loss >= lowest)
                continue;
            lowest = trial.Loss;
            course.Add(new JsonArray(trial.Number, epochs, Math.Round(lowest, 5), trial.Point.Grouping.Count));
        }
        return course;
    }

    private static SweepResult Choose(string arm, BenchData data, SweepOptions options, BenchRun run)
    {
        int tasks = data.Table.Tasks.Count;
        using var sweep = new SweepRun(data.Table, options, run.CancellationToken);
        sweep.Begin();
        IGroupingTuner? tuner = arm switch
        {
            "random" => new RandomTuner(tasks, options.Seed),
            "costFrugal" => new CostFrugalTuner([.. sweep.Candidates(MostCandidates).Select(TaskGrouping.Parse)],
                options.Seed),
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
        return sweep.Finish(stop ?? SweepStopReason.SpaceExhausted);
    }

    private static long EpochsAlone(BenchData data, TrainingOptions training, int[] rows, BenchRun run) =>
        GroupingSweep.Run(data.Table, new SweepOptions
        {
            Learners = [NetworkSweep.Learner(training)], RowsToDivide = rows, Folds = 3, Seed = training.Seed,
            Threads = run.Threads, MaxTrials = 1, Refit = false,
        }, run.CancellationToken).Trials[0].Epochs;

    /// <summary>
    /// The set's metric on test rows: the median of some trainings on the rows of the sweep, of which now and then one
    /// stops much too early.
    /// </summary>
    private static double TestMetric(BenchData data, TaskGrouping grouping, TrainingOptions training, int[] rows,
        ulong seed,
        BenchRun run)
    {
        double[] metrics = [.. Enumerable.Range(0, TrainingRuns).Select(i =>
        {
            ulong own = new RandomStream(seed, "test", i).NextUInt64();
            RowSplit split = new RowSplitter { Seed = own }.Split(data.Table, 0.2, rows);
            MultiTaskModel model = GroupedTrainer.Train(data.Table, split, grouping, new SharedBottomLearner(training),
                new LearnerRun { Seed = own, Threads = run.Threads, CancellationToken = run.CancellationToken }).Model;
            return data.Macro(features => model.Score(features, 1, data.Scores));
        })];
        Array.Sort(metrics);
        return metrics[TrainingRuns / 2];
    }

    /// <summary>Planted groups.</summary>
    public static BenchData Generated()
    {
        (TaskTable table, _) = MultiTabBench.Generate(new() { Rows = 2500, Noise = 0.1, Seed = 301 });
        return new BenchData(table, [.. Enumerable.Range(0, 400)], [.. Enumerable.Range(400, 100)],
            [.. Enumerable.Range(500, 2000)]);
    }

    /// <summary>The set's line, of the seeds that all arms have; null while there is none.</summary>
    private static JsonObject? Line(string name, SweepCells cells, int seeds)
    {
        Dictionary<string, JsonObject>[] whole = [.. Enumerable.Range(1, seeds)
            .Select(seed => Arms.Select(arm => (arm, Cell: cells.Read(Cell(name, arm, seed)))).ToArray())
            .Where(arms => arms.All(a => a.Cell is not null))
            .Select(arms => arms.ToDictionary(a => a.arm, a => a.Cell!))];
        if (whole.Length == 0)
            return null;
        Dictionary<string, List<double>> metrics = Arms.ToDictionary(arm => arm,
            arm => whole.Select(seed => (double)seed[arm]["metric"]!).ToList());
        double sign = (bool)whole[0]["all"]["higherIsBetter"]! ? 1 : -1;
        double corner = new[] { "single", "all" }.Max(a => sign * metrics[a].Average());
        double spread = Math.Max(Deviation(metrics["sweep"]), new[] { "single", "all" }
            .Where(a => sign * metrics[a].Average() == corner).Max(a => Deviation(metrics[a])));
        return new JsonObject
        {
            ["bench"] = "sweep table",
            ["set"] = name,
            ["metric"] = (string)whole[0]["all"]["name"]!,
            ["seeds"] = whole.Length,
            ["arms"] = new JsonObject(metrics.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)new JsonObject
            {
                ["mean"] = Math.Round(m.Value.Average(), 4), ["sd"] = Math.Round(Deviation(m.Value), 4),
                ["trials"] = new JsonArray([.. whole.Select(seed => seed[m.Key]["trials"]?.DeepClone())]),
                ["seconds"] = new JsonArray([.. whole.Select(seed => seed[m.Key]["seconds"]?.DeepClone())]),
                ["chosen"] = new JsonArray([.. whole.Select(seed => seed[m.Key]["chosen"]!.DeepClone())]),
            }))),
            ["sweepIsNoWorseThanCorners"] = sign * metrics["sweep"].Average() >= corner - spread,
            ["sweepMinusRandom"] = Difference("random"),
            ["sweepMinusCostFrugal"] = Difference("costFrugal"),
        };

        // Seeds are paired: the same rows.
        JsonObject Difference(string arm)
        {
            List<double> differences = [.. metrics["sweep"].Zip(metrics[arm], (own, other) => sign * (own - other))];
            return new JsonObject
            {
                ["mean"] = Math.Round(differences.Average(), 4),
                ["standardError"] = Math.Round(Deviation(differences) / Math.Sqrt(differences.Count), 4),
            };
        }
    }

    private static double Deviation(List<double> values) => values.Count < 2 ? 0
        : Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Count - 1));
}
