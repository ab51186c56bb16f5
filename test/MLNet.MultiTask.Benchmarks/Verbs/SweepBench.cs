using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Benchmarks.Generators;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Options;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>Whether a sweep finds planted groups, and what the cache of groups saves.</summary>
internal sealed class SweepBench
{
    private readonly NetworkOptions _network = new();
    private readonly DataOptions _data = new(forTraining: true);
    private readonly Option<int> _trials = BenchVerb.Positive("--trials", "Trials of every sweep.", 20);
    private readonly Option<int> _folds = BenchVerb.Positive("--folds", "Folds of every trial.", 3);
    private readonly Option<int> _rows = BenchVerb.Positive("--rows", "Rows of each planted data set.", 500);
    private readonly Option<string> _method = new("--method")
    {
        Description = "Affinity that leads the search, or none.", DefaultValueFactory = _ => "grad-tag-early",
    };

    public static Command Create(ToolConsole console)
    {
        var bench = new SweepBench();
        var verb = new BenchVerb(console, "sweep",
            "Sweeps over groupings: of planted data, in how many trials the groups are found; of --data, in what time " +
            "with and without the cache of groups.", "Seeds of planted data.", 10, "--seeds");
        foreach (Option option in new Option[] { bench._trials, bench._folds, bench._rows, bench._method })
            verb.Command.Options.Add(option);
        bench._network.AddTo(verb.Command);
        bench._data.AddTo(verb.Command);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        if (parsed.Tokens.Any(t => t.Value is "--data" or "--manifest"))
        {
            yield return Cache(parsed, run);
            yield break;
        }
        for (int seed = 1; seed <= run.Steps; seed++)
            yield return Planted(parsed, run, (ulong)seed);
    }

    private JsonObject Planted(ParseResult parsed, BenchRun run, ulong seed)
    {
        (TaskTable table, TaskGrouping planted) = MultiTabBench.Generate(new()
        {
            Rows = parsed.GetValue(_rows), Noise = 0.1, Seed = seed,
        });
        TrainingOptions training = _network.Read(parsed, null, seed, run.Threads);
        SweepResult result = GroupingSweep.Run(table, Options(parsed, training), run.CancellationToken);
        int found = result.Trials.Select(t => t.Point.Grouping).ToList().IndexOf(planted);
        return new JsonObject
        {
            ["bench"] = "sweep planted",
            ["seed"] = seed,
            ["planted"] = planted.ToString(),
            ["proposedInTrial"] = found < 0 ? null : found + 1,
            ["chosen"] = result.Best.Point.Grouping.ToString(),
            ["lowest"] = result.Trials.Where(t => t.Status == SweepTrialStatus.Completed).MinBy(t => t.Loss)!
                .Point.Grouping.ToString(),
            ["loss"] = new JsonObject(result.Table.Select(a => KeyValuePair.Create(a.Name,
                (JsonNode?)JsonValue.Create(Math.Round(a.Trial.Loss, 4))))),
            ["seconds"] = Math.Round(result.Seconds, 1),
        };
    }

    private JsonObject Cache(ParseResult parsed, BenchRun run)
    {
        DataSet data = DataSet.Read(_data.Describe(parsed), _data.SplitSeed(parsed), _data.MaxRows(parsed),
            run.CancellationToken);
        TrainingOptions training = _network.Read(parsed, null, 1, run.Threads);
        SweepOptions options = Options(parsed, training) with { Refit = false };
        long started = Stopwatch.GetTimestamp();
        SweepResult shared = GroupingSweep.Run(data.Table, options, run.CancellationToken);
        double with = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        SweepResult alone = GroupingSweep.Run(data.Table, options with { SharesGroups = false }, run.CancellationToken);
        double without = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new JsonObject
        {
            ["bench"] = "sweep cache",
            ["data"] = data.FileName,
            ["trials"] = shared.Trials.Count,
            ["sameTrials"] = shared.Trials.Select(t => (t.Point, t.Loss)).SequenceEqual(
                alone.Trials.Select(t => (t.Point, t.Loss))),
            ["groupsAsked"] = shared.GroupsAsked,
            ["groupsTrained"] = shared.GroupsTrained,
            ["secondsShared"] = Math.Round(with, 2),
            ["secondsAlone"] = Math.Round(without, 2),
            ["faster"] = Math.Round(without / with, 2),
        };
    }

    private SweepOptions Options(ParseResult parsed, TrainingOptions training) => new()
    {
        Learners = [NetworkSweep.Learner(training)],
        MaxTrials = parsed.GetValue(_trials),
        Folds = parsed.GetValue(_folds),
        Seed = training.Seed,
        Threads = training.Threads,
        AffinityEstimator = parsed.GetValue(_method) is "none" or null ? null
            : AffinityMethods.Create(parsed.GetValue(_method)!, training),
    };
}
