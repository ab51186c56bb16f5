using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Bench;

/// <summary>Whether affinity methods find the groups planted in synthetic data, at growing noise.</summary>
internal sealed class RecoveryBench
{
    private readonly NetworkOptions _network = new();
    private readonly Option<string[]> _methods =
        new("--method") { Description = "Methods to try; all without the option.",
        AllowMultipleArgumentsPerToken = true };
    private readonly Option<double[]> _noise = new("--noise")
    {
        Description = "Standard deviations of the label noise, in units of the signal's.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [0.1, 0.5, 1, 2],
    };
    private readonly Option<int> _rows =
        BenchVerb.Positive("--rows", "Rows of each data set, three quarters of them to train on.", 500);
    private readonly Option<bool> _mislead =
        new("--misleading") { Description =
        "Labels of one group are uncorrelated, and noise correlates those of different groups." };
    private readonly Option<string?> _svg =
        new("--svg") { Description = "Draw recovery against noise.", HelpName = "FILE" };

    public static Command Create(ToolConsole console)
    {
        var bench = new RecoveryBench();
        bench._methods.AcceptOnlyFromAmong([.. AffinityMethods.All.Select(m => m.Name)]);
        var verb = new BenchVerb(console, "recovery",
            "Tries affinity methods on regressions with three planted groups of four tasks.",
            "Data sets, of different seeds, per noise level.", 3, "--seeds");
        foreach (Option option in new Option[] { bench._methods, bench._noise, bench._rows, bench._mislead,
            bench._svg })
            verb.Command.Options.Add(option);
        bench._network.AddTo(verb.Command);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        OutputFile? svg = parsed.GetValue(_svg) is { } file ? new OutputFile(file) : null;
        double[] noises = parsed.GetValue(_noise)!;
        if (Array.Find(noises, noise => !(noise >= 0 && double.IsFinite(noise))) is var bad && bad != 0)
            throw new InputException($"--noise is {bad}; finite numbers of at least 0 are expected.");
        string[] names = parsed.GetValue(_methods) is { Length: > 0 } given ? given
            : [.. AffinityMethods.All.Select(m => m.Name)];
        var curves = new List<RecoveryCurve>();
        foreach (string name in names)
        {
            var points = new List<(double Noise, double Area)>();
            foreach (double noise in noises)
            {
                double area = 0;
                for (int seed = 1; seed <= run.Steps; seed++)
                {
                    JsonObject line = Measure(name, noise, seed, parsed, run);
                    area += (double)line["area"]! / run.Steps;
                    yield return line;
                }
                points.Add((noise, area));
            }
            curves.Add(new RecoveryCurve(name, points));
        }
        svg?.Write(stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(RecoveryPlot.ToSvg(curves))));
    }

    private JsonObject Measure(string name, double noise, int seed, ParseResult parsed, BenchRun run)
    {
        (TaskTable table, TaskGrouping planted) = MultiTabBench.Generate(new()
        {
            Rows = parsed.GetValue(_rows),
            Noise = noise,
            LabelsMislead = parsed.GetValue(_mislead),
            Seed = (ulong)seed,
        });
        TrainingOptions training = _network.Read(parsed, null, (ulong)seed, run.Threads);
        long started = Stopwatch.GetTimestamp();
        TaskAffinity affinity =
            AffinityMethods.Create(name, training).Estimate(table, RowSplit.Random(table.RowCount, 0.25, 1),
            run.CancellationToken);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        TaskGrouping found = new SdpGroupingSolver(new() { GroupCount = planted.Count }).Solve(affinity,
            run.CancellationToken).Grouping;
        return new JsonObject
        {
            ["bench"] = "recovery",
            ["method"] = name,
            ["noise"] = noise,
            ["seed"] = seed,
            ["area"] = Math.Round(PlantedArea(affinity, planted), 4),
            ["adjustedRandIndex"] = Math.Round(AdjustedRandIndex.Of(found, planted), 4),
            ["seconds"] = Math.Round(seconds, 3),
        };
    }

    /// <summary>
    /// Mean over targets of the share of (partner, stranger) pairs in which the partner has the higher affinity; ties
    /// count one half.
    /// </summary>
    internal static double PlantedArea(TaskAffinity affinity, TaskGrouping planted)
    {
        var areas = new List<double>();
        foreach (TaskGroup group in planted.Groups)
            foreach (int target in group.Members)
            {
                int[] partners = [.. group.Members.Where(j => j != target)],
                    strangers = [.. Enumerable.Range(0, affinity.Count).Except(group.Members)];
                if (partners.Length > 0 && strangers.Length > 0)
                    areas.Add(partners.Average(p =>
                        strangers.Average(s => 0.5 * (1 + Math.Sign(affinity[target, p] - affinity[target, s])))));
            }
        return areas.Average();
    }
}
