using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// What the options of a sweep that are off by default bring on test rows: settings per group, and an ensemble of what
/// was trained. Networks, linear models and trees to choose from; equal numbers of trials.
/// </summary>
internal sealed class SweepDefaultsBench
{
    private const string Usual = "default";

    private readonly NetworkOptions _network = new();
    private readonly Option<string> _manifest = new("--manifest")
        { Description = "File that describes the sets.", Required = true };
    private readonly Option<string[]> _names = new("--names")
    {
        Description = "Sets, or planted.", AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [SweepTableBench.Planted, "emotions", "wq", "enb"],
    };
    private readonly Option<int> _rows =
        BenchVerb.Positive("--max-rows", "Rows to train and validate on at most.", 300);
    private readonly Option<int> _trials = BenchVerb.Positive("--trials", "Trials of every sweep.", 16);

    public static Command Create(ToolConsole console)
    {
        var bench = new SweepDefaultsBench();
        var verb = new BenchVerb(console, "sweep-defaults",
            "A sweep with settings per group, with an ensemble, with both and with neither, on test rows.",
            "Seeds of every sweep.", 3, "--seeds");
        foreach (Option option in new Option[] { bench._manifest, bench._names, bench._rows, bench._trials })
            verb.Command.Options.Add(option);
        bench._network.AddTo(verb.Command);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        foreach (string name in parsed.GetValue(_names)!)
        {
            BenchData data = name == SweepTableBench.Planted ? SweepTableBench.Generated()
                : BenchData.Read(parsed.GetValue(_manifest)!, name, run.CancellationToken);
            var arms = new Dictionary<string, List<Outcome>>();
            for (int seed = 1; seed <= run.Steps; seed++)
                foreach (Outcome outcome in Sweeps(parsed, run, data, (ulong)seed))
                    if (!arms.TryAdd(outcome.Arm, [outcome]))
                        arms[outcome.Arm].Add(outcome);
            double[] usual = [.. arms[Usual].Select(o => o.Metric)];
            yield return new JsonObject
            {
                ["bench"] = "sweep defaults", ["set"] = name, ["metric"] = data.MetricName, ["seeds"] = run.Steps,
                ["arms"] = new JsonObject(arms.Select(a =>
                    KeyValuePair.Create(a.Key, (JsonNode?)Line(a.Value, usual, data.HigherIsBetter)))),
            };
        }
    }

    /// <summary>The four arms; the ensembles take the trials of the sweep without from its history.</summary>
    private IEnumerable<Outcome> Sweeps(ParseResult parsed, BenchRun run, BenchData data, ulong seed)
    {
        TrainingOptions training = _network.Read(parsed, null, seed, run.Threads);
        foreach (bool perGroup in new[] { false, true })
        {
            string history = Path.Combine(Path.GetTempPath(), $"sweep-defaults-{Guid.NewGuid():N}.jsonl");
            var options = new SweepOptions
            {
                Learners = [NetworkSweep.Learner(training), new SweepLearner(new LinearLearner()),
                    new SweepLearner(new BoostedTreesLearner())],
                RowsToDivide = FewerRows.Of(data.Table, [.. data.Train, .. data.Validation], parsed.GetValue(_rows),
                    seed),
                Folds = 3, MaxTrials = parsed.GetValue(_trials), Seed = seed, Threads = run.Threads,
                SettingsPerGroup = perGroup, HistoryFile = history,
            };
            try
            {
                foreach (bool ensemble in new[] { false, true })
                {
                    SweepResult result = GroupingSweep.Run(data.Table, options with { Ensemble = ensemble },
                        run.CancellationToken);
                    string arm = (perGroup, ensemble) switch
                    {
                        (false, false) => Usual, (true, false) => "settingsPerGroup", (false, true) => "ensemble",
                        _ => "both",
                    };
                    yield return new Outcome(arm, data.Macro(f => result.Model.Score(f, 1, data.Scores)),
                        result.Model.Models.Count, result.Model.Models.Sum(m => m.LearnedBytes ?? 0),
                        1e6 * data.SecondsPerRow(f => result.Model.Score(f, 1, data.Scores)));
                }
            }
            finally
            {
                File.Delete(history);
            }
        }
    }

    private static JsonObject Line(List<Outcome> arm, double[] usual, bool higherIsBetter)
    {
        double[] gains = [.. arm.Zip(usual, (own, other) => (higherIsBetter ? 1 : -1) * (own.Metric - other))];
        return new JsonObject
        {
            ["mean"] = Math.Round(arm.Average(o => o.Metric), 4),
            ["gain"] = Math.Round(gains.Average(), 4),
            ["gains"] = new JsonArray([.. gains.Select(g => (JsonNode?)Math.Round(g, 4))]),
            ["models"] = Math.Round(arm.Average(o => o.Models), 1),
            ["kilobytes"] = Math.Round(arm.Average(o => o.Bytes) / 1e3, 1),
            ["microsecondsPerRow"] = Math.Round(arm.Average(o => o.Microseconds), 1),
        };
    }

    private sealed record Outcome(string Arm, double Metric, int Models, long Bytes, double Microseconds);
}
