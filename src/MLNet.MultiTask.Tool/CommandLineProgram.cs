using System.CommandLine;
using System.Text.RegularExpressions;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace MLNet.MultiTask.Tool;

/// <summary>A command line as a function: arguments in, text on two writers and an exit code out.</summary>
/// <param name="program">What the user types before a verb.</param>
/// <param name="description">First line of the help.</param>
/// <param name="verbs">The verbs, writing to a console.</param>
internal sealed partial class CommandLineProgram(
    string program, string description, Func<ToolConsole, IEnumerable<Command>> verbs)
{
    public async Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        ParseResult parsed = CreateRoot(new ToolConsole(output, error)).Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            await error.WriteLineAsync(
                $"{Named(parsed.Errors[0])} (see '{program} " +
                $"{Path(parsed.CommandResult)}--help')");
            return ExitCode.BadInput;
        }
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            EmptyValues.Refuse(parsed);
            DecimalCommas.Refuse(parsed);
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Cancelled; no result was written.");
            return ExitCode.Cancelled;
        }
        catch (InputException e)
        {
            return await Refuse(e.InnerException is ArgumentException or TrainingDivergedException
                ? OptionNames.In(e.Message, parsed.CommandResult.Command) : e.Message);
        }
        catch (OutOfMemoryException)
        {
            return await Refuse(
                "The memory of this machine is not enough; fewer rows (--max-rows), features or tasks " +
                "need less.");
        }
        catch (OutputException e)
        {
            return await Refuse(e.Message);
        }

        async Task<int> Refuse(string message)
        {
            await error.WriteLineAsync(message);
            return ExitCode.BadInput;
        }
    }

    private RootCommand CreateRoot(ToolConsole console)
    {
        var root = new RootCommand(description);
        foreach (Command verb in verbs(console))
            root.Subcommands.Add(verb);
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExamplesHelpAction((HelpAction)help.Action!);
        return root;
    }

    // The parser does not say which option takes other words than the one given.
    private static string Named(ParseError error)
    {
        string message = OneLine(WithoutTypes(error.Message));
        SymbolResult? at = error.SymbolResult;
        while (at is not (null or OptionResult))
            at = at.Parent;
        return at is not OptionResult { Option.Name: var name } || message.Contains(name, StringComparison.Ordinal)
            ? message : $"{name}: {message}";
    }

    // The parser names types of the runtime.
    private static string WithoutTypes(string message) => ExpectedType().Replace(message, match => match.Groups[1].Value
        switch
        {
            "Int32" or "Int64" => "as a whole number",
            "UInt32" or "UInt64" => "as a whole number of at least 0",
            "Single" or "Double" => "as a number",
            var other => $"as {other}",
        });

    [GeneratedRegex(@"as expected type '(?:System\.Nullable`1\[)?System\.(\w+)\]?'")]
    private static partial Regex ExpectedType();

    // The parser lists possible values line by line.
    private static string OneLine(string message)
    {
        string[] lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 1 ? lines[0] : $"{lines[0]} {string.Join(", ", lines[1..])}";
    }

    private static string Path(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{Path(parent)}{result.Command.Name} " : "";
}
