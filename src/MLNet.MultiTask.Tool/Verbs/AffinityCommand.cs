using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Reports;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Verbs;

/// <summary><c>affinity</c>: estimates which tasks help which.</summary>
internal sealed class AffinityCommand
{
    private const string Examples = """
        Examples:
          Estimate, look at the picture, group:
            mlnet-multitask affinity --data patients.csv --label-pattern "diag_*" --kind binary --json affinity.json --svg affinity.svg
            mlnet-multitask group --affinity affinity.json --groups 3
          Check the estimate against 60 subsets of tasks that are really trained, 4 times each:
            mlnet-multitask affinity --data patients.csv --label-pattern "diag_*" --kind binary --validate 60 --runs 4 --scatter check.svg

        The affinity of target i from source j says what task i gains from being trained together with task j, compared with the
        other tasks; higher is better. It is estimated on the training and validation rows of the 60/20/20 split; test rows take
        no part. In the JSON, "affinity" has one row per target, in the order of "tasks".

        Methods:
        """;

    private readonly CommonOptions _common = new(timed: true);
    private readonly DataOptions _data = new(forTraining: true);
    private readonly NetworkOptions _network = new();
    private readonly GradTagMethodOptions _gradTag = new();
    private readonly ToolConsole _console;

    private readonly Option<string> _method = AffinityMethodOption.Create("How to estimate; see below.");
    private readonly Option<string?> _csv =
        new("--csv") { Description = "Write the matrix, with task names above it.", HelpName = "FILE" };
    private readonly Option<string?> _svg = new("--svg") { Description = "Draw the matrix.", HelpName = "FILE" };

    private readonly Option<int?> _bases =
        new("--bases") { Description = "Base networks of grad-tag that are averaged; 3 if not given." };
    private readonly Option<string> _stage = new("--stage")
    {
        Description = "Stage of grad-tag's base networks: 'best' validation epoch, 'early' (amid learning), 'auto' " +
            "(early, corrected by really training 50 subsets twice), or a number of epochs.",
        DefaultValueFactory = _ => "best",
    };
    private readonly Option<string> _evaluation = new("--evaluation")
    {
        Description = "How grad-tag predicts a subset's losses: 'forward' pass, 'quadratic' from statistics, " +
            "whatever the number of rows, or 'linearized' outputs.",
        DefaultValueFactory = _ => "forward",
    };
    private readonly Option<int?> _validate = new("--validate")
    {
        Description = "Hold-out subsets that are really trained to check the estimate.",
        HelpName = "N",
    };
    private readonly Option<int> _runs = new("--runs")
    {
        Description = "Real runs of each hold-out subset.",
        DefaultValueFactory = _ => new AffinityValidationOptions().Runs,
    };
    private readonly Option<bool> _fineTunedOnly = new("--fine-tuned-only")
    {
        Description = "Check against fine-tuning only, which is quicker than training from scratch.",
    };
    private readonly Option<string?> _scatter =
        new("--scatter") { Description = "Draw estimates against real losses.", HelpName = "FILE" };

    private AffinityCommand(ToolConsole console)
    {
        _console = console;
        _evaluation.AcceptOnlyFromAmong("forward", "quadratic", "linearized");
    }

    public static Command Create(ToolConsole console)
    {
        var affinity = new AffinityCommand(console);
        var verb = new VerbCommand("affinity", "Estimates which tasks help which.",
            Examples + "\n" + AffinityMethodOption.Summaries)
        {
            affinity._method, affinity._bases, affinity._stage, affinity._evaluation, affinity._csv, affinity._svg,
            affinity._validate, affinity._runs, affinity._fineTunedOnly, affinity._scatter,
        };
        affinity._gradTag.AddTo(verb);
        affinity._data.AddTo(verb);
        affinity._network.AddTo(verb);
        affinity._common.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => Task.FromResult(affinity.Run(parsed, cancellationToken)));
        return verb;
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        JsonFile? json = _common.Json(parsed);
        OutputFile? csv = parsed.GetValue(_csv) is { } matrix ? new OutputFile(matrix) : null;
        OutputFile? svg = parsed.GetValue(_svg) is { } picture ? new OutputFile(picture) : null;
        TrainingOptions training = _network.Read(parsed, null, _common.Seed(parsed), _common.Threads(parsed));
        DataSet data =
            DataSet.Read(_data.Describe(parsed), _data.SplitSeed(parsed), _data.MaxRows(parsed), cancellationToken);
        ITaskAffinityEstimator estimator = Estimator(parsed, training);
        OutputFile? scatter = parsed.GetValue(_scatter) is { } plot ? new OutputFile(plot) : null;
        long started = Stopwatch.GetTimestamp();
        AffinityValidationResult? validation = parsed.GetValue(_validate) is { } holdOut
            ? Validate(estimator, data, parsed, holdOut, training, cancellationToken) : null;
        TaskAffinity affinity = validation?.Affinity ?? Estimate(estimator, data, _console, cancellationToken);
        double seconds = validation?.EstimatorSeconds ?? Stopwatch.GetElapsedTime(started).TotalSeconds;

        _console.Show(AffinityReport.ToTable(affinity));
        foreach (string warning in affinity.Warnings)
            _console.Note("Warning: " + warning);
        if (affinity.PhaseSeconds.Count > 0 && _common.Timings(parsed))
            _console.Show(AffinityReport.ToPhaseTable(affinity));
        if (validation is not null)
            _console.Show(ValidationReport.ToTable(validation));
        if (validation is not null)
            scatter?.Write(stream =>
                stream.Write(System.Text.Encoding.UTF8.GetBytes(AffinityScatterPlot.ToSvg(validation))));
        csv?.Write(stream => AffinityReport.WriteCsv(affinity, stream));
        svg?.Write(stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(AffinityHeatMap.ToSvg(affinity))));
        var results = new JsonObject
        {
            ["tasks"] = JsonFile.Texts(affinity.TaskNames),
            ["affinity"] = JsonFile.Matrix(affinity.Values, affinity.Count),
            ["method"] = affinity.Method,
            ["seed"] = training.Seed,
            ["splitCheck"] = data.Split.Check(),
            ["diagnostics"] = new JsonObject(affinity.Diagnostics.OrderBy(d => d.Key, StringComparer.Ordinal)
                .Select(d => KeyValuePair.Create(d.Key, JsonFile.Number(d.Value)))),
            ["warnings"] = JsonFile.Texts(affinity.Warnings),
            ["seconds"] = seconds,
            ["phaseSeconds"] =
                new JsonObject(affinity.PhaseSeconds.Select(p => KeyValuePair.Create(p.Key, JsonFile.Number(p.Value)))),
        };
        if (validation is not null)
            results["validation"] = ValidationReport.ToJson(validation);
        json?.Write(results);
        return ExitCode.Ok;
    }

    private ITaskAffinityEstimator Estimator(ParseResult parsed, TrainingOptions training)
    {
        ITaskAffinityEstimator estimator = AffinityMethods.Create(parsed.GetValue(_method)!, training);
        string stage = parsed.GetValue(_stage)!;
        if (estimator is not GradTagAffinity)
            _gradTag.RefuseOutside(parsed, parsed.GetValue(_method)!);
        if (estimator is not GradTagAffinity gradTag)
            return parsed.GetValue(_bases) is null && stage == "best" && parsed.GetValue(_evaluation) == "forward"
                ? estimator
                : throw new InputException($"--bases, --stage and --evaluation belong to --method grad-tag; the " +
                    $"method is {parsed.GetValue(_method)}.");
        GradTagOptions options = gradTag.Options with
        {
            Bases = parsed.GetValue(_bases) ?? gradTag.Options.Bases,
            Evaluation = Enum.Parse<SubsetEvaluation>(parsed.GetValue(_evaluation)!, ignoreCase: true),
        };
        if (stage == "auto")
            options = options with { Stage = BaseStage.Automatic };
        else if (stage == "early")
            options = options with { Stage = BaseStage.Early };
        else if (stage != "best")
            options = options with
            {
                BaseEpochs = int.TryParse(stage, out int epochs) && epochs >= 1 ? epochs
                    : throw new InputException(
                        $"--stage is '{stage}'; expected best, early, auto, or a number of epochs from 1."),
            };
        if (options.Bases < 1)
            throw new InputException($"--bases is {options.Bases}; it must be at least 1.");
        return _gradTag.Apply(parsed, options);
    }

    private AffinityValidationResult Validate(ITaskAffinityEstimator estimator, DataSet data,
        ParseResult parsed, int holdOut, TrainingOptions training, CancellationToken cancellationToken)
    {
        var options = new AffinityValidationOptions
        {
            HoldOut = holdOut,
            Runs = parsed.GetValue(_runs),
            FromScratch = !parsed.GetValue(_fineTunedOnly),
            Bases = estimator is IGradTagEstimator
                ? null : new GradTagOptions { Training = training, Seed = training.Seed, Threads = training.Threads },
            Seed = training.Seed,
            Threads = training.Threads,
        };
        return _console.Watch($"Checking {estimator.Name} against {holdOut} subsets really trained",
            _ => UserError.Guard(() =>
                AffinityValidation.Run(data.Table, data.TrainingRows, estimator, options, cancellationToken)));
    }

    /// <summary>Runs an estimator on the training and validation rows.</summary>
    public static TaskAffinity Estimate(ITaskAffinityEstimator estimator, DataSet data, ToolConsole console,
        CancellationToken cancellationToken) =>
        console.Watch($"Estimating the affinity of {data.Table.Tasks.Count} tasks ({estimator.Name})",
            _ => UserError.Guard(() => estimator.Estimate(data.Table, data.TrainingRows, cancellationToken)));
}
