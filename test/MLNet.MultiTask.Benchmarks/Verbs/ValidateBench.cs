using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// How well affinity methods predict real training on a data set; one set of real runs for all of them.
/// </summary>
internal sealed class ValidateBench
{
    private readonly DataOptions _data = new(forTraining: true);
    private readonly NetworkOptions _network = new();
    private readonly Option<string[]> _methods = new("--method")
    {
        Description = "Methods to check; all without the option.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<int> _validate =
        BenchVerb.Positive("--validate", "Hold-out subsets that are really trained.", 60);

    public static Command Create(ToolConsole console)
    {
        var bench = new ValidateBench();
        bench._methods.AcceptOnlyFromAmong([.. AffinityMethods.All.Select(m => m.Name)]);
        var verb = new BenchVerb(console, "validate",
            "Holds affinity methods against subsets of tasks that are really trained: fine-tuned from 4 base " +
            "networks, and from fresh weights.",
            "Real runs of every subset.", new AffinityValidationOptions().Runs, "--runs");
        verb.Command.Options.Add(bench._methods);
        verb.Command.Options.Add(bench._validate);
        bench._data.AddTo(verb.Command);
        bench._network.AddTo(verb.Command);
        verb.SetAction(bench.Run);
        return verb.Command;
    }

    private IEnumerable<JsonObject> Run(ParseResult parsed, BenchRun run)
    {
        const ulong seed = 1;
        TrainingOptions training = _network.Read(parsed, null, seed, run.Threads);
        DataSet data =
            DataSet.Read(_data.Describe(parsed), _data.SplitSeed(parsed), _data.MaxRows(parsed), run.CancellationToken);
        string[] names = parsed.GetValue(_methods) is { Length: > 0 } given
            ? given : [.. AffinityMethods.All.Select(m => m.Name)];
        var options = new AffinityValidationOptions
        {
            HoldOut = parsed.GetValue(_validate),
            Runs = run.Steps,
            Bases = new GradTagOptions { Training = training, Seed = seed, Threads = run.Threads, Bases = 4 },
            Seed = seed,
            Threads = run.Threads,
        };
        using IEnumerator<AffinityValidationResult> results = AffinityValidation.Run(data.Table, data.TrainingRows,
            [.. names.Select(name => AffinityMethods.Create(name, training))], options, run.CancellationToken)
            .GetEnumerator();
        foreach (string name in names)
        {
            LibraryErrors.Translate(() => results.MoveNext());
            yield return Line(parsed, name, results.Current);
        }
    }

    private JsonObject Line(ParseResult parsed, string name, AffinityValidationResult result) => new()
    {
        ["bench"] = "validate",
        ["data"] = _data.SetName(parsed),
        ["splitSeed"] = _data.SplitSeed(parsed),
        ["method"] = name,
        ["fineTuned"] = JsonFile.Number(Math.Round(result.FineTuned.WithinTaskPearson, 4)),
        ["fineTunedCeiling"] = JsonFile.Number(Math.Round(result.FineTuned.NoiseCeiling, 4)),
        ["fromScratch"] = JsonFile.Number(Math.Round(result.FromScratch!.WithinTaskPearson, 4)),
        ["fromScratchCeiling"] = JsonFile.Number(Math.Round(result.FromScratch.NoiseCeiling, 4)),
        ["ownBest"] = JsonFile.Number(Math.Round(result.OwnBest!.WithinTaskPearson, 4)),
        ["ownBestCeiling"] = JsonFile.Number(Math.Round(result.OwnBest.NoiseCeiling, 4)),
        ["coverage"] = JsonFile.Number(Math.Round(result.FromScratch.Coverage, 4)),
        ["ownBestCoverage"] = JsonFile.Number(Math.Round(result.OwnBest.Coverage, 4)),
        ["relativeError"] = JsonFile.Number(Math.Round(result.FromScratch.RelativeError, 5)),
        ["trivialRelativeError"] = JsonFile.Number(Math.Round(result.FromScratch.TrivialRelativeError, 5)),
        ["noiseFloor"] = JsonFile.Number(Math.Round(result.FromScratch.NoiseFloor, 5)),
        ["ownBestRelativeError"] = JsonFile.Number(Math.Round(result.OwnBest.RelativeError, 5)),
        ["ownBestTrivialRelativeError"] = JsonFile.Number(Math.Round(result.OwnBest.TrivialRelativeError, 5)),
        ["ownBestNoiseFloor"] = JsonFile.Number(Math.Round(result.OwnBest.NoiseFloor, 5)),
        ["flopsRatio"] = JsonFile.Number(Math.Round(result.FromScratch.FlopsRatio, 4)),
        ["timeRatio"] = JsonFile.Number(Math.Round(result.FromScratch.TimeRatio, 4)),
        ["fineTuningFromScratch"] = JsonFile.Number(Math.Round(result.FineTunedAgainstScratch, 4)),
        ["groupingRegret"] = JsonFile.Number(Math.Round(result.FromScratch.GroupingRegret, 4)),
        ["predictsLosses"] = result.Affinity.PredictGroup is not null,
        ["seconds"] = Math.Round(result.EstimatorSeconds, 3),
    };
}
