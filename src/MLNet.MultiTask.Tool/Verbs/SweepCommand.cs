using MLNet.MultiTask.Data;
using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;
using MLNet.MultiTask.Tool.Sweeps;
using MLNet.MultiTask.Tool.Workers;

namespace MLNet.MultiTask.Tool.Verbs;

/// <summary><c>sweep</c>: searches over groupings and settings by really training; keeps model, history and
/// report.</summary>
internal sealed class SweepCommand
{
    private const string Examples = """
        Examples:
          Try 30 groupings and keep the best model, every trial and a report:
            mlnet-multitask sweep --data patients.csv --label-pattern "diag_*" --kind binary --trials 30 --out found
          Groupings and widths for ten minutes; the same line goes on where it was interrupted:
            mlnet-multitask sweep --data patients.csv --label-pattern "diag_*" --kind binary --minutes 10 \
              --widths 128,64 16 --out found
          What a file of Model Builder's shape says (.mtconfig, or .mbconfig of Model Builder itself):
            mlnet-multitask sweep --config patients.mtconfig --out found

        First every task alone, all together and what the affinity suggests are trained; then moves on the partition,
        led by a regression on all trials. Every trial is judged in folds of the training and validation rows, on rows
        that neither fit nor stop anything; test rows are only scored. A group that several trials hold is trained once.
        What may be the best is trained once more on rows divided anew; the choice is the trial with the fewest models
        within a standard error of the best there.

        The folder gets model.mtsk, history.jsonl, report.html, NAME.mtconfig that asks for the same sweep, and code for
        an application: NAME.consumption.cs to predict, NAME.training.cs to train again. Ctrl-C keeps the best so far.
        """;

    private readonly CommonOptions _common = new(timed: true);
    private readonly DataOptions _data = new(forTraining: true);
    private readonly NetworkOptions _network = new();
    private readonly SweepChoices _choices = new();
    private readonly WorkersOptions _workers = new();
    private readonly VerbCommand _verb = new("sweep", "Searches over groupings and settings by really training.",
        Examples);

    private readonly ToolConsole _console;
    private readonly IJobServer? _server;

    private SweepCommand(ToolConsole console, IJobServer? server) => (_console, _server) = (console, server);

    /// <summary>The verb.</summary>
    /// <param name="console">Where it writes.</param>
    /// <param name="server">Null = trials for workers are handed over to a program that has one.</param>
    public static Command Create(ToolConsole console, IJobServer? server)
    {
        var sweep = new SweepCommand(console, server);
        sweep._choices.AddTo(sweep._verb);
        sweep._workers.AddTo(sweep._verb);
        sweep._data.AddTo(sweep._verb);
        sweep._network.AddTo(sweep._verb);
        sweep._common.AddTo(sweep._verb);
        sweep._verb.SetAction((parsed, cancellationToken) => Task.FromResult(sweep.Run(parsed, cancellationToken)));
        return sweep._verb;
    }

    private ConfigParts Parts => ConfigPartsOf(_data, _choices, _workers, _network);

    /// <summary>The options of a sweep that its config says under their own names.</summary>
    public static ConfigParts ConfigPartsOf(DataOptions data, SweepChoices choices, WorkersOptions workers,
        NetworkOptions network) => new(data.ForConfig, [.. choices.ForConfig, .. workers.ForConfig], network.Options);

    private int Run(ParseResult given, CancellationToken cancellationToken)
    {
        using var deadline = new SweepDeadline(cancellationToken);
        ParseResult parsed = _choices.WithConfig(given, _verb, Parts);
        string? address = _workers.Address(parsed);
        if (address is not null && _server is null && !SlurmJobs.IsMeant(address))
            return HandOver.Run(WorkersOptions.Name, given.Tokens.Select(t => t.Value), cancellationToken);
        JsonFile? json = _common.Json(parsed);
        DataDescription description = _data.Describe(parsed);
        using SweepFolder folder = _choices.Folder(given, parsed, description.Path);
        var files = new FileRoles().Write("--json", json?.Path);
        folder.AddTo(files);
        _data.AddTo(files, parsed, description);
        files.ThrowIfAnyIsLost();
        TrainingOptions training = _network.Read(parsed, null, _common.Seed(parsed), _common.Threads(parsed));
        DataSet data = DataSet.Read(description, _data.SplitSeed(parsed), _data.MaxRows(parsed), cancellationToken);
        if (data.Reading is not null)
            _console.Output.WriteLine(data.Reading);
        SweepOptions options = LibraryErrors.Translate(() => _choices.Read(parsed, training, data.Encoder)) with
        {
            RowsToDivide = [.. data.Split.Train, .. data.Split.Validation], HistoryFile = folder.History,
            Outstanding = _workers.Outstanding(parsed),
        };
        var source = new JsonObject();
        ConfigOptions.Write(source, parsed, Parts.Source);
        JsonObject search = _choices.ToJson(parsed, options, Parts);
        options = options with { MaxTime = deadline.Begin(options.MaxTime) };
        SweepResult result;
        if (address is null)
            result = Sweep(data, options, cancellationToken);
        else
            using (HandedOut executor = JobServerErrors.Translate(() => Open(address, folder, LearnerText.Of(parsed,
                _network, _choices, training.Seed, data.Encoder), _common.Threads(parsed))))
                result = Sweep(data, options with { Executor = executor.Executor }, cancellationToken);
        folder.Write(result, description, data, training.ForSweep(), source, search);
        foreach (string note in result.Notes)
            _console.Note($"Note: {note}.");
        var table = new SweepTable(data, options, result, deadline.Table);
        if (table.IsCut)
            _console.Note("Note: there was no time to train all that the choice is compared with on test rows.");
        json?.Write(table.ToJson());
        _console.Show(table.ToTable());
        _console.Output.WriteLine($"groups: {result.Best.Point.Grouping.ToString(options.TaskNames(data))}");
        _console.Output.WriteLine($"stopped: {result.StopReason} after {Counted.Of(result.Trials.Count, "trial")}; " +
            $"see {folder.Report}");
        return ExitCode.Ok;
    }

    private HandedOut Open(string address, SweepFolder folder, string learners, int? threads) =>
        SlurmJobs.IsMeant(address) ? SlurmJobs.Open(address, folder.Trials, learners, threads, _console.Note)
        : _server!.Open(address, learners, _console.Note);

    private SweepResult Sweep(DataSet data, SweepOptions options, CancellationToken cancellationToken) =>
        _console.Watch("Sweeping", detail =>
        {
            try
            {
                return JobServerErrors.Translate(() => GroupingSweep.Run(data.Table, options with
                {
                    Progress = new SweepLines(detail, _console, options.TaskNames(data)),
                }, cancellationToken));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                throw new InputException(e.Message, e);
            }
        });
}
