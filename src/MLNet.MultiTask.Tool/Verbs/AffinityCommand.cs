using MLNet.MultiTask.Data;
using System.CommandLine;
using System.Diagnostics;
using MLNet.MultiTask.Affinity;
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

        The affinity of target i from source j says what task i gains from being trained together with task j, compared with the
        other tasks; higher is better. It is estimated on the training and validation rows of the 60/20/20 split; test rows take
        no part. In the JSON, "affinity" has one row per target, in the order of "tasks"; null where a pair could not be measured.

        Methods:
        """;

    private readonly CommonOptions _common = new(timed: true);
    private readonly DataOptions _data = new(forTraining: true);
    private readonly NetworkOptions _network = new();
    private readonly EstimatorOptions _estimator = new();
    private readonly ToolConsole _console;

    private readonly Option<string?> _csv =
        new("--csv") { Description = "Write the matrix, with task names above it.", HelpName = "FILE" };
    private readonly Option<string?> _svg = new("--svg") { Description = "Draw the matrix.", HelpName = "FILE" };

    private AffinityCommand(ToolConsole console) => _console = console;

    public static Command Create(ToolConsole console)
    {
        var affinity = new AffinityCommand(console);
        var verb = new VerbCommand("affinity", "Estimates which tasks help which.",
            Examples + "\n" + AffinityMethodOption.Summaries)
        {
            affinity._csv, affinity._svg,
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
        OutputFile? csv = parsed.GetValue(_csv) is { } matrix ? new OutputFile(matrix) : null;
        OutputFile? svg = parsed.GetValue(_svg) is { } picture ? new OutputFile(picture) : null;
        TrainingOptions training = _network.Read(parsed, null, _common.Seed(parsed), _common.Threads(parsed));
        ITaskAffinityEstimator estimator = _estimator.Read(parsed, training);
        DataDescription description = _data.Describe(parsed);
        FileRoles files = new FileRoles().Write("--json", json?.Path).Write("--csv", csv?.Path)
            .Write("--svg", svg?.Path);
        _data.AddTo(files, parsed, description);
        files.ThrowIfAnyIsLost();
        DataSet data = DataSet.Read(
            description, _data.SplitSeed(parsed), _data.MaxRows(parsed), cancellationToken);
        _console.Output.WriteLine(data.Reading);
        long started = Stopwatch.GetTimestamp();
        TaskAffinity affinity = Estimate(estimator, data, _console, cancellationToken);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        csv?.Write(stream => AffinityReport.WriteCsv(affinity, stream));
        svg?.Write(stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(AffinityHeatMap.ToSvg(affinity))));
        json?.Write(AffinityReport.ToJson(affinity, training.Seed, data, seconds));
        AffinityReport.Show(affinity, _console, _common.Timings(parsed));
        return ExitCode.Ok;
    }

    /// <summary>
    /// Runs an estimator on the training and validation rows; tasks that cannot be learned are set aside, with a
    /// warning.
    /// </summary>
    public static TaskAffinity Estimate(ITaskAffinityEstimator estimator, DataSet data, ToolConsole console,
        CancellationToken cancellationToken) =>
        console.Watch($"Estimating the affinity of {Counted.Of(data.Table.Tasks.Count, "task")} ({estimator.Name})",
            _ => LibraryErrors.Translate(() => LearnableAffinity.Estimate(estimator, data.Table, data.TrainingRows,
                UnlearnableTasks.SetAside, null, cancellationToken)));
}
