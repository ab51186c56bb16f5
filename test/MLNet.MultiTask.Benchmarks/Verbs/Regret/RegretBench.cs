using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Benchmarks.Generators;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Options;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// What a grouping by an estimated affinity is worth: it is really trained, beside both corners, the planted groups and
/// random groupings of as many groups, and judged on test rows.
/// </summary>
internal sealed class RegretBench
{
    private readonly NetworkOptions _network = new();
    private readonly Option<string?> _manifest = new("--manifest") { Description = "Data sets, for --name." };
    private readonly Option<string[]> _names = Names("--name", "Data sets of the manifest.");
    private readonly Option<string[]> _beds = Names("--bed", "Planted beds: " +
        string.Join("; ", PlantedBeds.All.Select(b => $"{b.Name} = {b.Summary}")) + ".");
    private readonly Option<string[]> _methods = Names("--method", "Affinity methods; all without the option.");
    private readonly Option<int> _random = BenchVerb.Positive("--random", "Random groupings to compare with.", 100);
    private readonly Option<int> _first = BenchVerb.Positive("--first-seed", "The first data seed, or split.", 1);
    private readonly Option<int?> _groups = new("--groups")
    {
        Description = "Number of groups [default: as many as planted, otherwise the root of the number of tasks]",
    };
    private readonly Option<int> _runs =
        BenchVerb.Positive("--noise-runs", "Training seeds of both corners and the planted groups.", 3);
    private readonly Option<bool> _choices = new("--choices")
    {
        Description = "Also try what a pipeline of defaults chooses, number of groups included, and what a trainer " +
            "chooses by really training.",
    };
    private readonly Option<FileInfo?> _cache = new("--cache")
    {
        Description = "File that keeps every trained group and every estimate, so that a run that was ended goes on.",
    };

    public static Command Create(ToolConsole console)
    {
        var bench = new RegretBench();
        bench._methods.AcceptOnlyFromAmong([.. AffinityMethods.All.Select(m => m.Name), "none"]);
        bench._beds.AcceptOnlyFromAmong([.. PlantedBeds.All.Select(b => b.Name)]);
        var verb = new BenchVerb(console, "regret",
            "Really trains the groupings of affinity methods, random ones, both corners and planted groups; test " +
            "metric, regret against the best of all, percentile among the random ones, processor seconds.",
            "Data seeds of every bed, or splits of every set.", 5, "--seeds");
        foreach (Option option in new Option[] { bench._manifest, bench._names, bench._beds, bench._methods,
            bench._random, bench._first, bench._groups, bench._runs, bench._choices, bench._cache })
            verb.Command.Options.Add(option);
        bench._network.AddTo(verb.Command);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        string[] beds = parsed.GetValue(_beds) ?? [], names = parsed.GetValue(_names) ?? [];
        string? manifest = parsed.GetValue(_manifest);
        if (beds.Length + names.Length == 0 || names.Length > 0 != manifest is not null)
            throw new InputException("Say on what: --bed NAME…, or --manifest FILE --name SET….");
        using var cache = new RegretCache(parsed.GetValue(_cache));
        int first = parsed.GetValue(_first);
        foreach (Func<int, RegretSet> read in (Func<int, RegretSet>[])
            [.. beds.Select(bed => (Func<int, RegretSet>)(seed => RegretSet.Bed(bed, seed))),
                .. names.Select(name => (Func<int, RegretSet>)(split =>
                    RegretSet.Real(manifest!, name, split, run.CancellationToken)))])
        {
            var lines = new List<RegretLine>();
            for (int seed = first; seed < first + run.Steps; seed++)
            {
                RegretLine[] own = Measure(read(seed), parsed, run, cache);
                lines.AddRange(own);
                foreach (RegretLine line in own)
                    yield return line.ToJson();
            }
            foreach (IGrouping<string, RegretLine> arm in lines.GroupBy(l => l.Arm.Name))
                yield return RegretLine.Mean([.. arm]);
        }
    }

    private RegretLine[] Measure(RegretSet set, ParseResult parsed, BenchRun run, RegretCache cache)
    {
        const ulong seed = 1;
        CancellationToken cancelled = run.CancellationToken;
        int k = parsed.GetValue(_groups) ?? set.GroupCount;
        int tasks = set.Table.Tasks.Count, most = Math.Max(2, tasks - 1);
        if (k < 2 || k > most)
            throw new InputException($"--groups is {k}; from 2 to {most} are possible with the {tasks} tasks of " +
                $"{set.Name}.");
        TrainingOptions training = _network.Read(parsed, null, seed, run.Threads);
        var choices = new RegretArms(set, k, training, cache);
        string[] methods = parsed.GetValue(_methods) is { Length: > 0 } given ? [.. given.Where(m => m != "none")]
            : [.. AffinityMethods.All.Select(m => m.Name)];
        RegretArm[] known = choices.Known();
        RegretArm[] arms = [.. known, .. methods.Select(m => choices.Estimated(m, cancelled)),
            .. parsed.GetValue(_choices) ? [choices.Default(cancelled), choices.Searched(cancelled)]
                : Array.Empty<RegretArm>()];
        TaskGrouping[] random = RegretScore.Random(set.Table.Tasks.Count, k, parsed.GetValue(_random),
            (ulong)set.Seed), found = [.. arms.Select(a => a.Grouping).OfType<TaskGrouping>()];

        var groups = new RegretGroups(set, training, cache, run.Threads);
        groups.Train([.. found, .. random], seed, cancelled);
        double[] others = [.. random.Select(g => groups.Macro(g, seed))];
        double[] all = [.. found.Select(g => groups.Macro(g, seed)), .. others];
        double corner = set.HigherIsBetter ? all[..2].Max() : all[..2].Min();
        double noise = Noise(groups, [.. known.Select(a => a.Grouping!)], parsed.GetValue(_runs), cancelled);
        return [.. arms.Select(arm =>
        {
            double macro = arm.Grouping is null ? double.NaN : groups.Macro(arm.Grouping, seed);
            return new RegretLine(set, arm, macro, RegretScore.Regret(macro, all, set.HigherIsBetter),
                arm.Grouping?.Count == k && k < tasks ? RegretScore.Percentile(macro, others, set.HigherIsBetter)
                : double.NaN,
                set.HigherIsBetter ? macro - corner : corner - macro, noise);
        })];
    }

    private static double Noise(RegretGroups groups, TaskGrouping[] groupings, int runs, CancellationToken cancelled)
    {
        for (int run = 1; run <= runs; run++)
            groups.Train(groupings, (ulong)run, cancelled);
        return RegretScore.Noise(groupings.Select(g =>
            Enumerable.Range(1, runs).Select(run => groups.Macro(g, (ulong)run)).ToArray()));
    }

    private static Option<string[]> Names(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };
}
