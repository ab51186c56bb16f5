using System.CommandLine;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Sweeps;
using MLNet.MultiTask.Tool.Workers;

namespace MLNet.MultiTask.Tool.Verbs;

/// <summary><c>worker</c>: trains trials of sweeps that other processes run.</summary>
internal sealed class WorkerCommand
{
    private const string Examples = """
        Examples:
          Four trials at a time, until it is stopped:
            mlnet-multitask worker --storage postgres://user@db/sweeps --slots 4
          The sweep that hands them out, on any machine:
            mlnet-multitask sweep --data patients.csv --label-pattern "diag_*" --kind binary --trials 200 --out found \
              --workers postgres://user@db/sweeps
          One trial, as jobs of Slurm do that sweep --workers slurm:PARTITION submits:
            mlnet-multitask worker --trial KEY.trial.json --result KEY.result.json

        Workers may come, go and be killed at any time: trials that were not finished are trained by others. Worker and
        sweep must be of the same build. The password is best left to PGPASSWORD or ~/.pgpass.
        """;

    private readonly Option<string?> _storage = new("--storage")
    {
        HelpName = "URL",
        Description = "PostgreSQL that hands trials out: postgres://user@host:port/database, or a connection string.",
    };
    private readonly Option<int> _slots = new("--slots")
    {
        HelpName = "N", Description = "Trials at a time.", DefaultValueFactory = _ => 1,
    };
    private readonly Option<int?> _threads = new("--threads")
    {
        HelpName = "N", Description = "Threads of a trial at most [default: the cores divided by the slots]",
    };
    private readonly Option<string?> _folder = new("--data-folder")
    {
        HelpName = "FOLDER",
        Description = "Where data is kept, or on a shared disk found [default: a temporary folder]",
    };
    private readonly Option<string?> _trial = new("--trial")
    {
        HelpName = "FILE",
        Description = "One trial to train, in the folder of its sweep; takes --result, excludes --storage.",
    };
    private readonly Option<string?> _result = new("--result")
    {
        HelpName = "FILE", Description = "Where the result of --trial goes; one that is there already is kept.",
    };
    private readonly VerbCommand _verb = new("worker", "Trains trials of sweeps that other processes run.", Examples);
    private readonly IJobServer? _server;
    private readonly ToolConsole _console;

    private WorkerCommand(ToolConsole console, IJobServer? server) => (_console, _server) = (console, server);

    /// <summary>The verb.</summary>
    /// <param name="console">Where it writes.</param>
    /// <param name="server">Null = the command line is handed over to a program that has one.</param>
    public static Command Create(ToolConsole console, IJobServer? server)
    {
        var worker = new WorkerCommand(console, server);
        foreach (Option option in new Option[]
            { worker._storage, worker._slots, worker._threads, worker._folder, worker._trial, worker._result })
            worker._verb.Options.Add(option);
        worker._verb.SetAction((parsed, cancellationToken) => Task.FromResult(worker.Run(parsed, cancellationToken)));
        return worker._verb;
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        int slots = parsed.GetValue(_slots);
        if (slots < 1)
            throw new InputException($"--slots is {slots}; at least 1 is expected.");
        if (parsed.GetValue(_threads) is < 1 and var threads)
            throw new InputException($"--threads is {threads}; at least 1 is expected.");
        if (parsed.GetValue(_trial) is { } trial)
            return RunOne(parsed, trial, cancellationToken);
        if (parsed.GetValue(_result) is not null)
            throw new InputException("--result is of one trial: --trial FILE is missing.");
        if (parsed.GetValue(_storage) is null)
            throw new InputException("--storage URL or --trial FILE is missing: where trials come from.");
        if (_server is null)
            return HandOver.Run(_storage.Name, parsed.Tokens.Select(t => t.Value), cancellationToken);
        int done = JobServerErrors.Translate(() => _server.Work(new WorkRequest(parsed.GetValue(_storage)!, slots,
            parsed.GetValue(_threads), parsed.GetValue(_folder), LearnerText.Parse, _console.Note), cancellationToken));
        _console.Output.WriteLine($"trained: {Counted.Of(done, "group")}");
        return ExitCode.Ok;
    }

    private int RunOne(ParseResult parsed, string trial, CancellationToken cancellationToken)
    {
        string[] foreign = [.. new Option[] { _storage, _slots, _folder }
            .Where(o => parsed.GetResult(o) is { Implicit: false }).Select(o => o.Name)];
        if (foreign.Length > 0)
            throw new InputException($"--trial excludes {string.Join(", ", foreign)}: it is one trial, with its data " +
                "beside it.");
        string result = parsed.GetValue(_result)
            ?? throw new InputException("--trial needs --result FILE, where its result goes.");
        try
        {
            string? error = JobServerErrors.Translate(() => SlurmTrial.Run(trial, result, LearnerText.Parse,
                parsed.GetValue(_threads), cancellationToken));
            if (error is not null)
                _console.Note(error);
            return ExitCode.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--result: '{result}' cannot be written: {e.Message}", e);
        }
    }
}
