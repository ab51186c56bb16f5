using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// Learners on data sets: the macro metric on test rows, mean and deviation over seeds, beside the best peer of stored
/// results (files of the form sets → name → arms → name → macro).
/// </summary>
internal static class LearnersBench
{
    private static readonly (string Name, Func<IGroupLearner> Create)[] Arms =
    [
        ("trees", () => new BoostedTreesLearner()),
        ("trees-per-task", () => new BoostedTreesLearner()),
        ("trees-small", () => new BoostedTreesLearner(new()
        {
            NumberOfLeaves = 15, FeatureFraction = 0.7, SubsampleFraction = 0.8, MinimumExampleCountPerLeaf = 10,
        })),
        ("ridge", () => new LinearLearner()),
        ("group-lasso", () => new LinearLearner(new() { Penalty = LinearPenalty.GroupLasso })),
        ("trace-norm", () => new LinearLearner(new() { Penalty = LinearPenalty.TraceNorm })),
        ("mean-regularised", () => new LinearLearner(new() { Penalty = LinearPenalty.MeanRegularized })),
        ("ensemble", () => new EnsembleLearner([new BoostedTreesLearner(), new BoostedTreesLearner(new()
        {
            NumberOfLeaves = 8, FeatureFraction = 0.5, SubsampleFraction = 0.7, MinimumExampleCountPerLeaf = 5,
        }), new LinearLearner(), new LinearLearner(new() { Penalty = LinearPenalty.TraceNorm })])),
        ("shared-bottom", () => new Training.SharedBottomLearner(new TrainingOptions())),
    ];

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "learners",
            "Quality of the learners on data sets, beside stored results of peers.", "Seeds.", 3, "--seeds");
        var manifest = new Option<string>("--manifest") { Description = "The data sets.", Required = true };
        var names = new Option<string[]>("--name")
        {
            Description = "Data sets of the manifest.", AllowMultipleArgumentsPerToken = true, Required = true,
        };
        var arms = new Option<string[]>("--arm")
        {
            Description = "Learners; all without the option.", AllowMultipleArgumentsPerToken = true,
        };
        arms.AcceptOnlyFromAmong([.. Arms.Select(a => a.Name)]);
        var peers = new Option<string[]>("--peers")
        {
            Description = "JSON files of stored results.", AllowMultipleArgumentsPerToken = true,
        };
        foreach (Option option in (Option[])[manifest, names, arms, peers])
            verb.Command.Options.Add(option);
        verb.SetAction((parsed, run) => Lines(parsed.GetValue(manifest)!, parsed.GetValue(names)!,
            parsed.GetValue(arms) ?? [], PeerResults.Read(parsed.GetValue(peers) ?? []), run));
        return verb.Command;
    }

    private static IEnumerable<JsonObject> Lines(string manifest, string[] names, string[] arms, PeerResults peers,
        BenchRun run)
    {
        foreach (string name in names)
        {
            BenchData data = BenchData.Read(manifest, name, run.CancellationToken);
            foreach ((string arm, Func<IGroupLearner> create) in Arms)
                if (arms.Length == 0 || arms.Contains(arm))
                    yield return Line(name, data, arm, create(), peers, run);
        }
    }

    private static JsonObject Line(string set, BenchData data, string arm, IGroupLearner learner, PeerResults peers,
        BenchRun run)
    {
        int tasks = data.Table.Tasks.Count;
        TaskGrouping grouping = arm == "trees-per-task" ? TaskGrouping.Single(tasks) : TaskGrouping.All(tasks);
        var values = new List<double>();
        long began = Stopwatch.GetTimestamp();
        for (int seed = 1; seed <= run.Steps; seed++)
        {
            MultiTaskModel model = GroupedTrainer.Train(data.Table, new RowSplit(data.Train, data.Validation), grouping,
                learner, new LearnerRun
                {
                    Seed = (ulong)seed, Threads = run.Threads, CancellationToken = run.CancellationToken,
                }).Model;
            values.Add(data.Macro(x => model.Score(x, 1, data.Scores)));
        }
        double mean = values.Average();
        double deviation = values.Count < 2 ? 0
            : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
        (string Name, double Value)? best = peers.Best(set, data.MetricName, data.HigherIsBetter);
        return new JsonObject
        {
            ["bench"] = "learners", ["set"] = set, ["metric"] = data.MetricName, ["learner"] = arm,
            ["macro"] = Math.Round(mean, 5), ["sd"] = Math.Round(deviation, 5), ["seeds"] = run.Steps,
            ["seconds_per_run"] = Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds / run.Steps, 2),
            ["best_peer"] = best?.Name, ["best_peer_macro"] = best is { } b ? Math.Round(b.Value, 5) : null,
            ["as_good"] = best is { } p
                ? data.HigherIsBetter ? mean >= p.Value - deviation : mean <= p.Value + deviation : null,
        };
    }
}
