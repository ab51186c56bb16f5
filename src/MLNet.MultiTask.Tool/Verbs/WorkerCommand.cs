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

        Workers may come, go and be killed at any time: trials that were not finished are trained by others. Worker and
        sweep must be of the same build. The password is best left to PGPASSWORD or ~/.pgpass.
        """;

    private readonly Option<string> _storage = new("--storage")
    {
        HelpName = "URL", Required = true,
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
        foreach (Option option in new Option[] { worker._storage, worker._slots, worker._threads, worker._folder })
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
        if (_server is null)
            return HandOver.Run(_storage.Name, parsed.Tokens.Select(t => t.Value), cancellationToken);
        int done = JobServerErrors.Translate(() => _server.Work(new WorkRequest(parsed.GetValue(_storage)!, slots,
            parsed.GetValue(_threads), parsed.GetValue(_folder), LearnerText.Parse, _console.Note), cancellationToken));
        _console.Output.WriteLine($"trained: {Counted.Of(done, "group")}");
        return ExitCode.Ok;
    }
}
