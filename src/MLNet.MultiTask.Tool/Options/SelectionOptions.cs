using System.CommandLine;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>
/// The options of <c>group --method selection</c>: networks that were trained, to be chosen from under a budget.
/// </summary>
internal sealed class SelectionOptions
{
    public const string Method = "selection";

    private readonly Option<string?> _networks = new("--networks")
    {
        Description = "selection: CSV of networks, columns cost and one validation loss per task.",
        HelpName = "FILE",
    };
    private readonly Option<string?> _test =
        new("--test") { Description = "selection: the same networks with their test losses.", HelpName = "FILE" };
    private readonly Option<double?> _budget =
        new("--budget") { Description = "selection: total cost at most.", HelpName = "COST" };
    private readonly Option<bool> _hoa = new("--hoa")
    {
        Description = "selection: losses of three and more tasks from pairs (higher-order approximation).",
    };

    public void AddTo(Command command)
    {
        foreach (Option option in All)
            command.Options.Add(option);
    }

    /// <summary>The files that the options name.</summary>
    public void AddTo(FileRoles files, ParseResult parsed) =>
        files.Read(_networks.Name, parsed.GetValue(_networks)).Read(_test.Name, parsed.GetValue(_test));

    private Option[] All => [_networks, _test, _budget, _hoa];

    /// <summary>Whether the selection is asked for; its options without it are refused.</summary>
    public void RefuseOutside(ParseResult parsed)
    {
        foreach (Option option in All)
            if (parsed.GetResult(option) is { Implicit: false })
                throw new InputException($"{option.Name} goes with --method {Method} only.");
    }

    /// <summary>Networks with validation losses, the same with test losses if given, and how to choose.</summary>
    public (NetworkTable Validation, NetworkTable? Test, double Budget, bool HigherOrder) Read(ParseResult parsed,
        CancellationToken cancellationToken)
    {
        string path = parsed.GetValue(_networks) ?? throw new InputException($"--method {Method} needs --networks.");
        double budget = parsed.GetValue(_budget) ?? throw new InputException($"--method {Method} needs --budget.");
        NetworkTable validation = NetworkTableFile.Read(path, cancellationToken);
        NetworkTable? test = parsed.GetValue(_test) is { } file
            ? NetworkTableFile.ReadLike(file, validation, path, cancellationToken) : null;
        return (validation, test, budget, parsed.GetValue(_hoa));
    }
}
