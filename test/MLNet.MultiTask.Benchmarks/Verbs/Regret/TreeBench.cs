using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Benchmarks.Generators;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// Branching networks beside networks of the planted groups, on test rows: at the same widths, and with branches
/// widened until there are as many parameters.
/// </summary>
internal sealed class TreeBench
{
    private readonly NetworkOptions _network = new();
    private readonly Option<string[]> _beds =
        new("--bed") { Description = "Planted beds.", AllowMultipleArgumentsPerToken = true, Required = true };
    private readonly Option<int> _first = BenchVerb.Positive("--first-seed", "The first data seed.", 1);

    public static Command Create(ToolConsole console)
    {
        var bench = new TreeBench();
        bench._beds.AcceptOnlyFromAmong([.. PlantedBeds.All.Select(b => b.Name)]);
        var verb = new BenchVerb(console, "tree",
            "Trains one network for all tasks, one per planted group, a tree that shares the first layer among the " +
            "planted groups, the tree that is found (of as many branches), and one network per group that it ends " +
            "in; trees with as many parameters as the groups have, too.",
            "Data seeds of every bed.", 5, "--seeds");
        verb.Command.Options.Add(bench._beds);
        verb.Command.Options.Add(bench._first);
        bench._network.AddTo(verb.Command);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        int first = parsed.GetValue(_first);
        foreach (string bed in parsed.GetValue(_beds)!)
        {
            var lines = new List<(string Arm, double Macro, int Parameters, double Gain)>();
            for (int seed = first; seed < first + run.Steps; seed++)
                foreach (JsonObject line in Measure(RegretSet.Bed(bed, seed),
                    _network.Read(parsed, null, 1, run.Threads), run))
                {
                    lines.Add((line["arm"]!.GetValue<string>(), line["macro"]!.GetValue<double>(),
                        line["parameters"]!.GetValue<int>(), line["gainOverGroups"]!.GetValue<double>()));
                    yield return line;
                }
            foreach (var arm in lines.GroupBy(l => l.Arm))
                yield return new JsonObject
                {
                    ["bench"] = "tree mean", ["set"] = bed, ["arm"] = arm.Key, ["seeds"] = arm.Count(),
                    ["macro"] = Math.Round(arm.Average(l => l.Macro), 4),
                    ["gainOverGroups"] = Math.Round(arm.Average(l => l.Gain), 4),
                    ["gainSd"] = arm.Count() > 1
                        ? Math.Round(RegretScore.Noise([[.. arm.Select(l => l.Gain)]]), 4) : null,
                    ["parameters"] = (int)arm.Average(l => l.Parameters),
                };
        }
    }

    private static IEnumerable<JsonObject> Measure(RegretSet set, TrainingOptions training, BenchRun run)
    {
        TaskGrouping planted = set.Planted!;
        int layers = training.Hidden.Count;
        (GroupFit[] flat, double reference) = Fit(new SharedBottomLearner(training), planted);
        int budget = Parameters(flat);
        yield return Line("groups", planted.ToString(), flat, reference);
        TaskGrouping together = TaskGrouping.All(planted.TaskCount);
        yield return Fitted("all", together.ToString(), new SharedBottomLearner(training));
        if (layers > 1)
        {
            TaskTree split = TaskTree.Split(planted, layers, 1);
            yield return Fitted("planted above layer 1", split.ToString(), Tree(split, training));
            yield return Fitted("planted above layer 1, as large", split.ToString(), Tree(split, Widened(split)));
        }
        (GroupFit[] found, double macro) =
            Fit(new TaskTreeLearner(new() { Training = training, GroupCount = planted.Count }), together);
        TaskTree tree = ((TaskTreeNetwork)found[0].Models[0].Model).Tree;
        JsonObject line = Line("found", tree.ToString(), found, macro);
        line["note"] = found[0].Notes[^1];
        yield return line;
        yield return Fitted("found, as large", tree.ToString(), Tree(tree, Widened(tree)));
        (GroupFit[] ends, double apart) = Fit(new SharedBottomLearner(training), tree.Levels[^1]);
        yield return Line("its groups", tree.Levels[^1].ToString(), ends, apart);

        JsonObject Fitted(string arm, string shared, IGroupLearner learner)
        {
            (GroupFit[] fits, double own) = Fit(learner, together);
            return Line(arm, shared, fits, own);
        }

        (GroupFit[] Fits, double Macro) Fit(IGroupLearner learner, TaskGrouping grouping)
        {
            GroupFit[] fits = [.. grouping.Groups.Select(g => learner.Fit(set.Table, set.Split, g.Members,
                new LearnerRun { Threads = run.Threads, CancellationToken = run.CancellationToken }))];
            return (fits, set.Macro(fits));
        }

        JsonObject Line(string arm, string shared, GroupFit[] fits, double own) => new()
        {
            ["bench"] = "tree", ["set"] = set.Name, ["seed"] = set.Seed, ["arm"] = arm, ["shared"] = shared,
            ["metric"] = set.MetricName, ["macro"] = Math.Round(own, 4),
            ["gainOverGroups"] = Math.Round(set.HigherIsBetter ? own - reference : reference - own, 4),
            ["parameters"] = Parameters(fits),
        };

        // The widest branches, all layers by the same factor, with at most as many parameters as the groups' networks.
        TrainingOptions Widened(TaskTree shared)
        {
            int[] hidden = [.. training.Hidden];
            for (double factor = 1; factor < 64; factor *= 1.02)
            {
                int[] wider = [.. training.Hidden.Select(h => (int)(h * factor))];
                if (new TreeShape(set.Table.FeatureCount, wider, shared, set.Table.Tasks).ParameterCount > budget)
                    break;
                hidden = wider;
            }
            return training with { Hidden = hidden };
        }
    }

    private static TaskTreeLearner Tree(TaskTree tree, TrainingOptions training) =>
        new(new() { Tree = tree, Training = training });

    private static int Parameters(GroupFit[] fits) => fits.SelectMany(f => f.Models).Sum(m => m.Model switch
    {
        TaskTreeNetwork tree => tree.ParameterCount,
        SharedBottomNetwork network => network.Shape.ParameterCount,
        _ => 0,
    });
}
