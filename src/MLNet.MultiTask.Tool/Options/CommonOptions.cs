using System.CommandLine;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>What every verb takes.</summary>
/// <param name="timed">Whether the verb's results hold seconds.</param>
internal sealed class CommonOptions(bool timed)
{
    private readonly Option<ulong> _seed = new("--seed")
    {
        HelpName = "SEED",
        Description = "Seed of all random numbers; the same seed gives the same result on any number of threads.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int?> _threads = new("--threads")
    {
        HelpName = "N",
        Description = "Threads to use at most [default: all cores]",
    };

    private readonly Option<string?> _json = new("--json")
    {
        Description = "Write all results, in full precision, to this file.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _noTimings = new("--no-timings")
    {
        Description = "Leave seconds out, so that results of equal runs are equal byte for byte.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_seed);
        command.Options.Add(_threads);
        command.Options.Add(_json);
        if (timed)
            command.Options.Add(_noTimings);
    }

    public ulong Seed(ParseResult parsed) => parsed.GetValue(_seed);

    public int? Threads(ParseResult parsed) => parsed.GetValue(_threads) is not { } threads ? null
        : threads >= 1 ? threads : throw new InputException($"--threads is {threads}; at least 1 is expected.");

    /// <summary>Whether seconds are shown.</summary>
    public bool Timings(ParseResult parsed) => !parsed.GetValue(_noTimings);

    /// <summary>The file for the results, found writable; null where none is wanted.</summary>
    public JsonFile? Json(ParseResult parsed) =>
        parsed.GetValue(_json) is not { } path ? null
            : new JsonFile(new OutputFile(path), !timed || !parsed.GetValue(_noTimings));
}
