using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Benchmarks.Generators;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Benchmarks.Verbs;

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
    private readonly Option<double[]> _misleading = new("--misleading")
    {
        Description = "The same for data sets whose labels mislead: those of one group hardly correlate, and noise " +
            "correlates those of different groups.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<int> _rows =
        BenchVerb.Positive("--rows", "Rows of each data set, three quarters of them to train on.", 500);
    private readonly Option<int> _misleadingRows =
        BenchVerb.Positive("--misleading-rows",
            "Rows of each misleading data set; fewer than 2,000 do not suffice to learn its tasks.", 2000);
    private readonly Option<int> _firstSeed = BenchVerb.Positive("--first-seed", "Seed of the first data set.", 1);
    private readonly Option<FileInfo[]> _lines = new("--lines")
    {
        Description = "Files of lines printed before; what they tell is drawn and not tried again.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string?> _plot =
        new("--plot") { Description = "Draw recovery against noise.", HelpName = "FILE" };

    public static Command Create(ToolConsole console)
    {
        var bench = new RecoveryBench();
        bench._methods.AcceptOnlyFromAmong([.. AffinityMethods.All.Select(m => m.Name)]);
        var verb = new BenchVerb(console, "recovery",
            "Tries affinity methods on regressions with three planted groups of four tasks.",
            "Data sets, of different seeds, per noise level.", 3, "--seeds");
        foreach (Option option in new Option[] { bench._methods, bench._noise, bench._misleading, bench._rows,
            bench._misleadingRows, bench._firstSeed, bench._lines, bench._plot })
            verb.Command.Options.Add(option);
        bench._network.AddTo(verb.Command);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        OutputFile? plot = parsed.GetValue(_plot) is { } file ? new OutputFile(file) : null;
        (double Noise, bool Misleads)[] places =
            [.. Noises(parsed, _noise).Select(n => (n, false)), .. Noises(parsed, _misleading).Select(n => (n, true))];
        string[] names = parsed.GetValue(_methods) is { Length: > 0 } given ? given
            : [.. AffinityMethods.All.Select(m => m.Name)];
        var measurements =
            new List<RecoveryMeasurement>((parsed.GetValue(_lines) ?? []).SelectMany(RecoveryMeasurement.Read));
        foreach (string name in names)
            foreach ((double noise, bool misleads) in places)
                for (int k = 0; k < run.Steps; k++)
                {
                    int seed = parsed.GetValue(_firstSeed) + k;
                    if (measurements.Exists(m =>
                        (m.Method, m.Noise, m.Misleads, m.Seed) == (name, noise, misleads, seed)))
                        continue;
                    JsonObject line = Measure(name, noise, misleads, seed, parsed, run);
                    measurements.Add(RecoveryMeasurement.Of(line));
                    yield return line;
                }
        plot?.Write(stream => stream.Write(
            System.Text.Encoding.UTF8.GetBytes(RecoveryPlot.ToSvg(RecoveryMeasurement.Curves(measurements)))));
    }

    private static double[] Noises(ParseResult parsed, Option<double[]> option)
    {
        double[] noises = parsed.GetValue(option) ?? [];
        int bad = Array.FindIndex(noises, noise => !(noise >= 0 && double.IsFinite(noise)));
        return bad < 0 ? noises : throw new InputException(string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{option.Name} is {noises[bad]}; finite numbers of at least 0 are expected."));
    }

    private JsonObject Measure(string name, double noise, bool misleads, int seed, ParseResult parsed, BenchRun run)
    {
        (TaskTable table, TaskGrouping planted) = MultiTabBench.Generate(new()
        {
            Rows = parsed.GetValue(misleads ? _misleadingRows : _rows),
            Noise = noise,
            LabelsMislead = misleads,
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
            ["misleading"] = misleads,
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
