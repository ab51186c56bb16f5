using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>The options that all timing verbs share, and the lines they write.</summary>
internal sealed class BenchVerb
{
    private readonly ToolConsole _console;
    private readonly Option<int> _threads =
        Positive("--threads", "Upper limit of threads.", Environment.ProcessorCount);

    private readonly Option<FileInfo?> _json = new("--json")
    {
        Description = "File that gets the lines, too; replaced if it exists.",
    };

    private readonly Option<int> _steps;

    public BenchVerb(ToolConsole console, string name, string description, string counted, int defaultSteps,
        string countName = "--steps")
    {
        _console = console;
        _steps = Positive(countName, counted, defaultSteps);
        Command = new Command(name, description) { _threads, _steps, _json };
    }

    public Command Command { get; }

    /// <summary>The shapes to time; all without the option.</summary>
    public static Option<string[]> ShapeOption(string description)
    {
        var option = new Option<string[]>("--shape") { Description = description };
        option.AcceptOnlyFromAmong([.. BenchShape.All.Select(s => s.Name)]);
        return option;
    }

    /// <summary>The chosen shapes in order of their names.</summary>
    public static IEnumerable<BenchShape> Shapes(ParseResult parsed, Option<string[]> option)
    {
        string[]? names = parsed.GetValue(option);
        return BenchShape.All.Where(s => names is not { Length: > 0 } || names.Contains(s.Name));
    }

    /// <summary>Runs the verb: every line that <paramref name="measure"/> yields is written at once.</summary>
    public void SetAction(Func<ParseResult, BenchRun, IEnumerable<JsonObject>> measure) =>
        Command.SetAction((parsed, cancellationToken) =>
        {
            var run = new BenchRun(parsed.GetValue(_threads), parsed.GetValue(_steps), cancellationToken);
            using StreamWriter? file = Open(parsed.GetValue(_json));
            foreach (JsonObject line in measure(parsed, run))
            {
                _console.Output.WriteLine(line.ToJsonString());
                file?.WriteLine(line.ToJsonString());
            }
            return Task.FromResult(ExitCode.Ok);
        });

    public static Option<int> Positive(string name, string description, int defaultValue)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => defaultValue };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError($"{name} must be at least 1; it is {result.Tokens[0].Value}");
        });
        return option;
    }

    private static StreamWriter? Open(FileInfo? file)
    {
        try
        {
            return file?.CreateText();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot write '{file}': {e.Message}", e);
        }
    }
}

/// <summary>How a verb was called.</summary>
internal sealed record BenchRun(int Threads, int Steps, CancellationToken CancellationToken);
