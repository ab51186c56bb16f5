using System.CommandLine;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>Whether a sweep's trials are trained elsewhere.</summary>
internal sealed class WorkersOptions
{
    private const int Usual = 16;

    private readonly Option<string?> _workers = new("--workers")
    {
        HelpName = "URL",
        Description = "PostgreSQL that workers (mlnet-multitask worker) take trials from, such as " +
        "postgres://user@host/db; " +
            "the password is best left to PGPASSWORD or ~/.pgpass. Or slurm:PARTITION: jobs of this cluster, with " +
            "--out on a disk that its nodes share.",
    };
    private readonly Option<int?> _outstanding = new("--outstanding")
    {
        HelpName = "N",
        Description = "Trials proposed before the first of them is known, about twice the slots of all workers; " +
        $"decides what is tried [default: 1, and {Usual} with --workers]",
    };

    public const string Name = "--workers";

    /// <summary>What decides the trials, and so belongs into the file of a sweep.</summary>
    public Option[] ForConfig => [_outstanding];

    public void AddTo(Command command)
    {
        command.Options.Add(_workers);
        command.Options.Add(_outstanding);
    }

    /// <summary>The database or the partition; null = trials are trained here.</summary>
    public string? Address(ParseResult parsed) => parsed.GetValue(_workers);

    public int Outstanding(ParseResult parsed) => parsed.GetValue(_outstanding) switch
    {
        < 1 and var few => throw new InputException($"--outstanding is {few}; at least 1 is expected."),
        var given => given ?? (Address(parsed) is null ? 1 : Usual),
    };
}
