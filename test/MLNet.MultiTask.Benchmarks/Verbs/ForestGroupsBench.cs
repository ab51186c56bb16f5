using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// Whether groups help forests: one forest for all tasks, one per task, and one per group found from affinities, on the
/// same rows; the number of groups is chosen on the validation rows. Bad results are printed like good ones.
/// </summary>
internal static class ForestGroupsBench
{
    private static readonly string[] s_affinities = ["grad-tag-late", "grad-tag-tabular", "split-gain", "cross-error"];

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "forest-groups",
            "Forests for all tasks, per task, and per group of an affinity.", "Seeds.", 1, "--seeds");
        var manifest = new Option<string>("--manifest") { Description = "The data sets.", Required = true };
        var names = new Option<string[]>("--name")
        {
            Description = "Data sets of the manifest.", AllowMultipleArgumentsPerToken = true, Required = true,
        };
        var affinities = new Option<string[]>("--affinity")
        {
            Description = "Affinity methods.", AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => s_affinities,
        };
        affinities.AcceptOnlyFromAmong([.. AffinityMethods.All.Select(m => m.Name)]);
        foreach (Option option in (Option[])[manifest, names, affinities])
            verb.Command.Options.Add(option);
        verb.SetAction((parsed, run) => parsed.GetValue(names)!.SelectMany(name =>
            Lines(name, BenchData.Read(parsed.GetValue(manifest)!, name, run.CancellationToken),
                parsed.GetValue(affinities)!, run)));
        return verb.Command;
    }

    /// <summary>A line per way to group and seed.</summary>
    public static IEnumerable<JsonObject> Lines(string set, BenchData data, string[] affinities, BenchRun run)
    {
        int tasks = data.Table.Tasks.Count;
        for (int seed = 1; seed <= run.Steps; seed++)
        {
            yield return Line(set, data, "all", seed, 0, [TaskGrouping.All(tasks)], run);
            yield return Line(set, data, "single", seed, 0, [TaskGrouping.Single(tasks)], run);
            foreach (string method in affinities)
            {
                long began = Stopwatch.GetTimestamp();
                TaskAffinity affinity = AffinityMethods.Create(method, new TrainingOptions
                {
                    Seed = (ulong)seed, Threads = run.Threads,
                }).Estimate(data.Table, new RowSplit(data.Train, data.Validation), run.CancellationToken);
                double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
                TaskGrouping[] groupings = [.. new[] { 2, 3, 4 }.Where(k => k < tasks).Select(k => GroupingSolvers
                    .Of("sdp").Create(new GroupingSettings { GroupCount = k, Threads = run.Threads })
                    .Solve(affinity, run.CancellationToken).Grouping)];
                if (groupings.Length > 0)
                    yield return Line(set, data, method, seed, seconds, groupings, run);
            }
        }
    }

    private static JsonObject Line(string set, BenchData data, string way, int seed, double affinitySeconds,
        TaskGrouping[] groupings, BenchRun run)
    {
        long began = Stopwatch.GetTimestamp();
        (TaskGrouping Grouping, MultiTaskModel Model, double Validation)[] trained = [.. groupings.Select(grouping =>
        {
            MultiTaskModel model = GroupedTrainer.Train(data.Table, new RowSplit(data.Train, data.Validation), grouping,
                new BoostedTreesLearner(), new LearnerRun
                {
                    Seed = (ulong)seed, Threads = run.Threads, CancellationToken = run.CancellationToken,
                }).Model;
            return (grouping, model, data.Macro(data.Validation, x => model.Score(x, 1, data.Scores)));
        })];
        (TaskGrouping chosen, MultiTaskModel best, double validation) =
            data.HigherIsBetter ? trained.MaxBy(t => t.Validation) : trained.MinBy(t => t.Validation);
        return new JsonObject
        {
            ["bench"] = "forest-groups", ["set"] = set, ["metric"] = data.MetricName, ["groups"] = way, ["seed"] = seed,
            ["grouping"] = chosen.ToString(), ["validation"] = Math.Round(validation, 5),
            ["macro"] = Math.Round(data.Macro(x => best.Score(x, 1, data.Scores)), 5),
            ["affinity_s"] = Math.Round(affinitySeconds, 2),
            ["forests_s"] = Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 2),
        };
    }
}
