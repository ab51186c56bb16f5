using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Reports;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary><c>affinity</c>: estimates as the tool does, and checks the estimate by really training subsets.</summary>
internal sealed class ValidatedAffinity
{
    private const string Examples = """
        Example:
          Check the estimate against 60 subsets of tasks that are really trained, 4 times each:
            affinity --manifest manifest.json --name yeast --validate 60 --runs 4 --scatter check.svg

        Methods:
        """;

    private readonly CommonOptions _common = new(timed: true);
    private readonly DataOptions _data = new(forTraining: true);
    private readonly NetworkOptions _network = new();
    private readonly EstimatorOptions _estimator = new();
    private readonly ToolConsole _console;

    private readonly Option<int> _validate =
        BenchVerb.Positive("--validate", "Hold-out subsets that are really trained to check the estimate.", 60);
    private readonly Option<int> _runs =
        BenchVerb.Positive("--runs", "Real runs of each hold-out subset.", new AffinityValidationOptions().Runs);
    private readonly Option<bool> _fineTunedOnly = new("--fine-tuned-only")
    {
        Description = "Check against fine-tuning only, which is quicker than training from scratch.",
    };
    private readonly Option<string?> _scatter =
        new("--scatter") { Description = "Draw estimates against real losses.", HelpName = "FILE" };

    private ValidatedAffinity(ToolConsole console) => _console = console;

    public static Command Create(ToolConsole console)
    {
        var affinity = new ValidatedAffinity(console);
        var verb = new VerbCommand("affinity", "Estimates which tasks help which, and checks it by real training.",
            Examples + "\n" + AffinityMethodOption.Summaries)
        {
            affinity._validate, affinity._runs, affinity._fineTunedOnly, affinity._scatter,
        };
        affinity._estimator.AddTo(verb);
        affinity._data.AddTo(verb);
        affinity._network.AddTo(verb);
        affinity._common.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => Task.FromResult(affinity.Run(parsed, cancellationToken)));
        return verb;
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        JsonFile? json = _common.Json(parsed);
        OutputFile? scatter = parsed.GetValue(_scatter) is { } plot ? new OutputFile(plot) : null;
        TrainingOptions training = _network.Read(parsed, null, _common.Seed(parsed), _common.Threads(parsed));
        ITaskAffinityEstimator estimator = _estimator.Read(parsed, training);
        DataSet data =
            DataSet.Read(_data.Describe(parsed), _data.SplitSeed(parsed), _data.MaxRows(parsed), cancellationToken);
        AffinityValidationOptions options = Options(parsed, estimator, training);
        AffinityValidationResult result = _console.Watch(
            $"Checking {estimator.Name} against {options.HoldOut} subsets really trained", _ =>
            LibraryErrors.Translate(() =>
                AffinityValidation.Run(data.Table, data.TrainingRows, estimator, options, cancellationToken)));

        AffinityReport.Show(result.Affinity, _console, _common.Timings(parsed));
        _console.Show(ValidationReport.ToTable(result));
        scatter?.Write(stream => stream.Write(Encoding.UTF8.GetBytes(AffinityScatterPlot.ToSvg(result))));
        if (json is not null)
        {
            JsonObject results =
                AffinityReport.ToJson(result.Affinity, training.Seed, data, result.EstimatorSeconds);
            results["validation"] = ValidationReport.ToJson(result);
            json.Write(results);
        }
        return ExitCode.Ok;
    }

    private AffinityValidationOptions Options(
        ParseResult parsed, ITaskAffinityEstimator estimator, TrainingOptions training) => new()
        {
            HoldOut = parsed.GetValue(_validate),
            Runs = parsed.GetValue(_runs),
            FromScratch = !parsed.GetValue(_fineTunedOnly),
            Bases = estimator is IGradTagEstimator ? null
                : new GradTagOptions { Training = training, Seed = training.Seed, Threads = training.Threads },
            Seed = training.Seed,
            Threads = training.Threads,
        };
}
