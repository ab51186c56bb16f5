using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// A forest with vector leaves against one LightGBM of ML.NET per label, in one run: as many trees, leaves, bins and
/// threads, the same rows; seconds of training, time of a row with all labels, and the macro metric on test rows.
/// </summary>
internal static class ForestBench
{
    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "forest",
            "Times a forest with vector leaves against one LightGBM of ML.NET per label; the best of some runs each.",
            "Trees.", 100, "--trees");
        var manifest = new Option<string>("--manifest") { Description = "Data sets; only --wide needs none." };
        var names = new Option<string[]>("--name")
        {
            Description = "Data sets of the manifest.", AllowMultipleArgumentsPerToken = true,
        };
        var wide = new Option<bool>("--wide")
        {
            Description = "Made-up data instead: 159 labels, 1,836 features of 0 and 1 with 4 % ones, 4,000 rows.",
        };
        Option<int> leaves = BenchVerb.Positive("--leaves", "Leaves of a tree.", 31);
        Option<int> bins = BenchVerb.Positive("--bins", "Bins of a feature.", 255);
        Option<int> runs = BenchVerb.Positive("--runs", "Runs, of which the best counts.", 2);
        foreach (Option option in (Option[])[manifest, names, wide, leaves, bins, runs])
            verb.Command.Options.Add(option);
        verb.SetAction((parsed, run) => Lines(parsed.GetValue(manifest), Names(parsed),
            parsed.GetValue(wide), new Shape(run.Steps, parsed.GetValue(leaves), parsed.GetValue(bins), run.Threads),
            parsed.GetValue(runs), run.CancellationToken));
        return verb.Command;

        string[] Names(ParseResult parsed) => parsed.GetValue(names) is { Length: > 0 } some ? some
            : parsed.GetValue(wide) ? []
            : throw new InputException("Nothing to do: --name says which data sets to time, --wide made-up data.");
    }

    private static IEnumerable<JsonObject> Lines(string? manifest, string[] names, bool wide, Shape shape, int runs,
        CancellationToken cancellationToken)
    {
        if (wide)
            yield return Measure("wide", WideTable.Create(), shape, runs, cancellationToken);
        if (names.Length > 0 && manifest is null)
            throw new InputException("--name needs --manifest, the file that says what the data sets are.");
        foreach (string name in names)
            yield return Measure(name, BenchData.Read(manifest!, name, cancellationToken), shape, runs,
                cancellationToken);
    }

    private static JsonObject Measure(string name, BenchData data, Shape shape, int runs,
        CancellationToken cancellationToken)
    {
        var options = new BoostedTreesOptions
        {
            NumberOfTrees = shape.Trees, NumberOfLeaves = shape.Leaves, MaximumBinCount = shape.Bins,
            LearningRate = 0.1, EarlyStoppingRound = null,
        };
        var split = new RowSplit(data.Train, []);
        int[] tasks = [.. Enumerable.Range(0, data.Table.Tasks.Count)];
        var run = new LearnerRun { Threads = shape.Threads, CancellationToken = cancellationToken };
        GroupFit? ours = null;
        double seconds = Best(runs, () => ours = new BoostedTreesLearner(options).Fit(data.Table, split, tasks, run));
        IGroupModel forest = ours!.Models[0].Model;
        LightGbmPerLabel? theirs = null;
        double theirSeconds = Best(runs, () => theirs = LightGbmPerLabel.Train(data, shape, cancellationToken));
        double row = data.SecondsPerRow(x => forest.Score(x, 1, data.Scores, []));
        double theirRow = data.SecondsPerRow(x => theirs!.Score(x));
        return new JsonObject
        {
            ["bench"] = "forest", ["set"] = name, ["tasks"] = tasks.Length, ["features"] = data.Table.FeatureCount,
            ["train_rows"] = data.Train.Length, ["trees"] = shape.Trees, ["leaves"] = shape.Leaves,
            ["bins"] = shape.Bins, ["threads"] = shape.Threads,
            ["forest_s"] = Math.Round(seconds, 4), ["lightgbm_s"] = Math.Round(theirSeconds, 4),
            ["faster"] = Math.Round(theirSeconds / seconds, 2),
            ["forest_row_us"] = Math.Round(row * 1e6, 2), ["lightgbm_row_us"] = Math.Round(theirRow * 1e6, 2),
            ["row_faster"] = Math.Round(theirRow / row, 2), ["metric"] = data.MetricName,
            ["forest_macro"] = Math.Round(data.Macro(x => forest.Score(x, 1, data.Scores, [])), 5),
            ["lightgbm_macro"] = Math.Round(data.Macro(x => theirs!.Score(x)), 5),
        };
    }

    private static double Best(int runs, Action train)
    {
        double best = double.PositiveInfinity;
        // The first call compiles.
        for (int r = 0; r <= runs; r++)
        {
            long began = Stopwatch.GetTimestamp();
            train();
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            best = r == 0 ? best : Math.Min(best, seconds);
        }
        return best;
    }

    /// <summary>What both sides are told.</summary>
    internal sealed record Shape(int Trees, int Leaves, int Bins, int Threads);
}
