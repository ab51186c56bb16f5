using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Verbs;

/// <summary><c>group</c>: groups tasks by an affinity matrix.</summary>
internal sealed class GroupCommand
{
    private const string Examples = """
        Examples:
          Three groups from the affinity that 'affinity' estimated:
            mlnet-multitask group --affinity affinity.json --groups 3
          As many groups as the matrix itself suggests, none with more than 5 tasks:
            mlnet-multitask group --affinity matrix.csv --groups auto --max-size 5 --json groups.json

        A CSV matrix has one line per task: what that task (target) gains from being trained with the task of the column (source);
        higher is better. Task names may stand in a line above it. With auto, tasks stay together where their affinity is above
        average; 'train --grouping auto' chooses the number of groups by really training, which is safer.
        The objective is the density: the sum over groups of the affinities inside a group divided by its size.
        """;

    private readonly CommonOptions _common = new(timed: true);
    private readonly ToolConsole _console;

    private readonly Option<string> _affinity = new("--affinity") { Description = "Affinity matrix: JSON of 'affinity --json', or CSV.", HelpName = "FILE", Required = true };
    private readonly Option<string> _groups = new("--groups") { Description = "Number of groups, or auto.", HelpName = "K|auto", DefaultValueFactory = _ => GroupingChoice.Auto };
    private readonly Option<int?> _maxSize = new("--max-size") { Description = "Most tasks in a group.", HelpName = "N" };
    private readonly Option<string[]> _mustLink = new("--must-link") { Description = "Two tasks, A,B by name, that must share a group.", HelpName = "A,B…" };
    private readonly Option<string[]> _cannotLink = new("--cannot-link") { Description = "Two tasks, A,B by name, that must not share a group.", HelpName = "A,B…" };

    private GroupCommand(ToolConsole console) => _console = console;

    public static Command Create(ToolConsole console)
    {
        var group = new GroupCommand(console);
        var verb = new VerbCommand("group", "Groups tasks by an affinity matrix.", Examples)
        {
            group._affinity, group._groups, group._maxSize, group._mustLink, group._cannotLink,
        };
        group._common.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => Task.FromResult(group.Run(parsed, cancellationToken)));
        return verb;
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        JsonFile? json = _common.Json(parsed);
        TaskAffinity affinity = AffinityFile.Read(parsed.GetValue(_affinity)!);
        SdpGroupingOptions options = new()
        {
            GroupCount = GroupCount(parsed, affinity.Count),
            MaxGroupSize = parsed.GetValue(_maxSize),
            MustLink = Pairs(parsed, _mustLink, affinity),
            CannotLink = Pairs(parsed, _cannotLink, affinity),
            Seed = _common.Seed(parsed),
            Threads = _common.Threads(parsed),
        };
        long started = Stopwatch.GetTimestamp();
        GroupingResult result = UserError.Guard(() => new SdpGroupingSolver(options).Solve(affinity, cancellationToken));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        foreach (TaskGroup group in result.Grouping.Groups)
            _console.Output.WriteLine(string.Join(", ", group.Served.Select(t => affinity.TaskNames[t])));
        _console.Output.WriteLine();
        _console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"grouping   {result.Grouping}"));
        _console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"objective  {result.Objective:G8}, at most {result.Bound:G8} for any grouping{(result.IsOptimal ? ": optimal" : "")} ({result.StopReason})"));
        json?.Write(new JsonObject
        {
            ["groups"] = result.Grouping.ToString(),
            ["names"] = new JsonArray([.. result.Grouping.Groups.Select(g => JsonFile.Texts(g.Served.Select(t => affinity.TaskNames[t])))]),
            ["objective"] = JsonFile.Number(result.Objective),
            ["bound"] = JsonFile.Number(result.Bound),
            ["gap"] = JsonFile.Number(result.Gap),
            ["sdpValue"] = JsonFile.Number(result.SdpValue ?? double.NaN),
            ["optimal"] = result.IsOptimal,
            ["method"] = result.Solver,
            ["seconds"] = seconds,
        });
        return ExitCode.Ok;
    }

    private int? GroupCount(ParseResult parsed, int tasks)
    {
        string text = parsed.GetValue(_groups)!;
        if (text == GroupingChoice.Auto)
            return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int groups))
            throw new InputException($"--groups is '{text}'; a number of groups or auto is expected.");
        return groups >= 1 && groups <= tasks ? groups
            : throw new InputException($"--groups is {groups}, but there are {tasks} tasks; 1 to {tasks} groups are possible.");
    }

    private static (int, int)[] Pairs(ParseResult parsed, Option<string[]> option, TaskAffinity affinity) =>
        [.. (parsed.GetValue(option) ?? []).Select(text => Pair(option.Name, text, affinity))];

    // A name may hold commas: the pair is the one way to cut the text into two known names.
    private static (int, int) Pair(string option, string text, TaskAffinity affinity)
    {
        for (int comma = text.IndexOf(',', StringComparison.Ordinal); comma >= 0; comma = text.IndexOf(',', comma + 1))
        {
            int first = Index(text[..comma]), second = Index(text[(comma + 1)..]);
            if (first >= 0 && second >= 0)
                return (first, second);
        }
        throw new InputException($"{option} is '{text}'; two task names with a comma between them are expected, out of {string.Join(", ", affinity.TaskNames)}.");

        int Index(string name) => affinity.TaskNames.ToList().IndexOf(name);
    }
}
