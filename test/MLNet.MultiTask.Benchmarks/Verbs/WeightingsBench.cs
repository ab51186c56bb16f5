using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Learners;
using MLNet.MultiTask.Tool.Variants;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;
using Spectre.Console;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// What every weighting of tasks is worth on real data, all tasks in one network, beside equal weights in the groups
/// that training chooses: Δm over one network per task, and seconds; several seeds.
/// </summary>
internal sealed class WeightingsBench
{
    private const string Groups = "groups, equal";

    private readonly ToolConsole _console;
    private readonly NetworkOptions _network = new();
    private readonly Option<string> _manifest = new("--manifest")
    {
        Description = "JSON list of data sets.",
        Required = true,
    };
    private readonly Option<string[]> _sets = new("--set")
    {
        Description = "Names of data sets in the manifest.",
        AllowMultipleArgumentsPerToken = true,
        Required = true,
    };
    private readonly Option<string[]> _methods = new("--method")
    {
        Description = "The weightings, with settings where wanted [default: all]",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<int> _interval =
        BenchVerb.Positive("--interval", "Steps from one Gramian to the next, for methods on gradients.", 1);

    private WeightingsBench(ToolConsole console) => _console = console;

    public static Command Create(ToolConsole console)
    {
        var bench = new WeightingsBench(console);
        var verb = new BenchVerb(console, "weightings",
            "Trains data sets under every weighting of tasks; gains over one network per task, and seconds.",
            "Seeds of training.", 5, "--seeds");
        Option[] options = [bench._manifest, bench._sets, bench._methods, bench._interval];
        foreach (Option option in options)
            verb.Command.Options.Add(option);
        bench._network.AddTo(verb.Command);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        TaskWeighting[] methods = parsed.GetValue(_methods) is { Length: > 0 } given
            ? [.. given.Select(name => LibraryErrors.Translate(() => TaskWeightings.Parse(name)))]
            : [.. TaskWeightings.All.Where(m => m.Name != "fixed").Select(m => TaskWeightings.Parse(m.Name))];
        if (_network.Read(parsed, null, 1, run.Threads).Weighting is not EqualWeighting)
            throw new InputException("Here --method says which weightings are tried; leave --weighting out.");
        string[] sets = parsed.GetValue(_sets)!, arms = [.. methods.Select(m => m.ToString()), Groups];
        var results = new Dictionary<(string Set, string Variant), List<(double Gain, double Seconds)>>();
        foreach (string set in sets)
        {
            DataSet data = DataSet.Read(Manifest.Read(parsed.GetValue(_manifest)!, set), DataSplit.DefaultSeed, null,
                run.CancellationToken);
            foreach (string arm in arms)
                results[(set, arm)] = [];
            for (int seed = 1; seed <= run.Steps; seed++)
                Trial(data, _network.Read(parsed, null, (ulong)seed, run.Threads), methods, parsed.GetValue(_interval),
                    (arm, gain, seconds) => results[(set, arm)].Add((gain, seconds)), run.CancellationToken);
            foreach (string arm in arms)
                yield return Line(set, arm, results[(set, arm)]);
        }
        Table table = Tables.Create("Δm %, seconds", sets);
        foreach (string arm in arms)
            Tables.AddRow(table, [arm, .. sets.Select(set => Cell(results[(set, arm)]))]);
        _console.Show(table);
    }

    private void Trial(DataSet data, TrainingOptions options, TaskWeighting[] methods, int interval,
        Action<string, double, double> found, CancellationToken cancellationToken)
    {
        int tasks = data.Table.Tasks.Count;
        MultiTaskMetrics single = Train("single", TaskGrouping.Single(tasks), options).Metrics;
        foreach (TaskWeighting method in methods)
        {
            Variant arm = Train(method.Name, TaskGrouping.All(tasks), options with
            {
                Weighting = method, GramianInterval = method.SeesGradients ? interval : 1,
            });
            found(method.ToString(), arm.Metrics.DeltaM(single), arm.Seconds);
        }
        TaskGrouping chosen = new GroupingSearch(ToolLearner.Of(ToolLearner.SharedBottom), "gradient-cosine",
            new SweepBudget().MaxTrials!.Value, 1, UnlearnableTasks.SetAside, null, _console)
            .Run(data, options, cancellationToken).Best.Point.Grouping;
        Variant grouped = Train("groups", chosen, options);
        found(Groups, grouped.Metrics.DeltaM(single), grouped.Seconds);

        Variant Train(string name, TaskGrouping grouping, TrainingOptions own) =>
            new VariantTrainer(data, own, null, UnlearnableTasks.SetAside, null, _console)
                .Run(VariantArm.Named(name), grouping, cancellationToken);
    }

    private static JsonObject Line(string set, string arm, List<(double Gain, double Seconds)> runs) => new()
    {
        ["bench"] = "weightings",
        ["data"] = set,
        ["method"] = arm,
        ["seeds"] = runs.Count,
        ["deltaM"] = JsonFile.Number(Math.Round(runs.Average(r => r.Gain), 4)),
        ["deltaMDeviation"] = JsonFile.Number(Math.Round(Deviation(runs), 4)),
        ["seconds"] = Math.Round(runs.Average(r => r.Seconds), 3),
    };

    private static string Cell(List<(double Gain, double Seconds)> runs) => FormattableString.Invariant(
        $"{runs.Average(r => r.Gain):F2} ± {Deviation(runs):F2}, {runs.Average(r => r.Seconds):F1}");

    private static double Deviation(List<(double Gain, double Seconds)> runs)
    {
        double mean = runs.Average(r => r.Gain);
        return runs.Count < 2 ? 0 : Math.Sqrt(runs.Sum(r => (r.Gain - mean) * (r.Gain - mean)) / (runs.Count - 1));
    }
}
