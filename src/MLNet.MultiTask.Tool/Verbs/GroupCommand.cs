using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Verbs;

/// <summary>
/// <c>group</c>: groups tasks by an affinity matrix, or chooses among trained networks under a budget.
/// </summary>
internal sealed class GroupCommand
{
    private const string Examples = """
        Examples:
          Three groups from the affinity that 'affinity' estimated:
            mlnet-multitask group --affinity affinity.json --groups 3
          As many groups as the matrix itself suggests, none with more than 5 tasks:
            mlnet-multitask group --affinity matrix.csv --groups auto --max-size 5 --json groups.json
          At most three groups that may share tasks, each task served by its best group:
            mlnet-multitask group --affinity matrix.csv --method cover --groups 3
          The best of the networks that were trained, for a total cost of 2.5:
            mlnet-multitask group --method selection --networks validation.csv --test test.csv --budget 2.5

        A CSV matrix has one line per task: what that task (target) gains from being trained with the task of the column (source);
        higher is better. Task names may be in a line above it. With auto, tasks stay together where their affinity is above
        average; 'train --grouping auto' chooses the number of groups by really training, which is safer.
        The objective is the density: the sum over groups of the affinities inside a group divided by its size.
        A task in parentheses helps in a group that does not serve it.

        """;

    private readonly CommonOptions _common = new(timed: true);
    private readonly GroupingOptions _grouping = new();
    private readonly SelectionOptions _selection = new();
    private readonly ToolConsole _console;

    private readonly Option<string?> _affinity =
        new("--affinity") { Description = "Affinity matrix: JSON of 'affinity --json', or CSV.", HelpName = "FILE" };

    private GroupCommand(ToolConsole console) => _console = console;

    public static Command Create(ToolConsole console)
    {
        var group = new GroupCommand(console);
        var verb = new VerbCommand("group", "Groups tasks by an affinity matrix, or chooses among trained networks.",
            Examples + GroupingOptions.Summaries)
        {
            group._affinity,
        };
        group._grouping.AddTo(verb);
        group._selection.AddTo(verb);
        group._common.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => Task.FromResult(group.Run(parsed, cancellationToken)));
        return verb;
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        JsonFile? json = _common.Json(parsed);
        FileRoles files = new FileRoles().Write("--json", json?.Path).Read("--affinity", parsed.GetValue(_affinity));
        _selection.AddTo(files, parsed);
        files.ThrowIfAnyIsLost();
        if (_grouping.IsSelection(parsed))
            Select(parsed, json, cancellationToken);
        else
            Group(parsed, json, cancellationToken);
        return ExitCode.Ok;
    }

    private void Group(ParseResult parsed, JsonFile? json, CancellationToken cancellationToken)
    {
        _selection.RefuseOutside(parsed);
        TaskAffinity affinity = AffinityFile.Read(parsed.GetValue(_affinity)
            ?? throw new InputException("--affinity is missing: the matrix to group by."));
        foreach (string warning in affinity.Warnings)
            _console.Note("Warning: " + warning);
        ITaskGroupingSolver solver = _grouping.Solver(parsed, affinity, _common.Seed(parsed), _common.Threads(parsed));
        long started = Stopwatch.GetTimestamp();
        GroupingResult result = LibraryErrors.Translate(() => solver.Solve(affinity, cancellationToken));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        if (affinity is { Count: 2, IsSigned: false } && _grouping.ChoosesCount(parsed))
            _console.Note("Note: Two tasks have no other pair to be compared with, and this affinity does not say " +
                "from which value on a task helps; they stay apart. --groups 1 puts them together.");
        if (affinity.Tie is { } tie)
            _console.Note($"Note: {char.ToUpperInvariant(tie[0])}{tie[1..]}.");
        string[][] names = [.. result.Grouping.Groups.Select(g => g.Members.Select(t => g.Served.Contains(t)
            ? affinity.TaskNames[t] : $"({affinity.TaskNames[t]})").ToArray())];
        foreach (string[] group in names)
            _console.Output.WriteLine(string.Join(", ", group));
        _console.Output.WriteLine();
        _console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"grouping   {result.Grouping}"));
        string bound = double.IsFinite(result.Bound) ? string.Create(CultureInfo.InvariantCulture,
            $", at most {result.Bound:G8} for any grouping") : "";
        _console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"objective  {result.Objective:G8}{bound}{(result.IsOptimal ? ": optimal" : "")} ({result.StopReason})"));
        JsonObject results = new()
        {
            ["groups"] = result.Grouping.ToString(),
            ["names"] = new JsonArray([.. names.Select(JsonFile.Texts)]),
            ["objective"] = JsonFile.Number(result.Objective),
            ["bound"] = JsonFile.Number(result.Bound),
            ["gap"] = JsonFile.Number(result.Gap),
            ["sdpValue"] = JsonFile.Number(result.SdpValue ?? double.NaN),
            ["sdpBound"] = JsonFile.Number(result.SdpBound ?? double.NaN),
            ["optimal"] = result.IsOptimal,
            ["method"] = result.Solver,
            ["stopReason"] = result.StopReason,
            ["seconds"] = seconds,
        };
        if (affinity.Warnings.Count > 0)
            results["warnings"] = JsonFile.Texts(affinity.Warnings);
        if (_grouping.IsCover(parsed))
            results["value"] = JsonFile.Number(result.Objective);
        if (result.TaskWeights is { } weights)
            results["taskWeights"] =
                new JsonArray([.. weights.Select(row => new JsonArray([.. row.Select(JsonFile.Number)]))]);
        json?.Write(results);
    }

    private void Select(ParseResult parsed, JsonFile? json, CancellationToken cancellationToken)
    {
        _grouping.RefuseForSelection(parsed, _affinity);
        (NetworkTable validation, NetworkTable? test, double budget, bool higherOrder) =
            _selection.Read(parsed, cancellationToken);
        long started = Stopwatch.GetTimestamp();
        NetworkTable table = higherOrder ? LibraryErrors.Translate(validation.WithHigherOrderApproximation)
            : validation;
        NetworkSelectionResult result = LibraryErrors.Translate(() => NetworkSelection.Solve(
            table.Networks, table.TaskNames.Count, new() { Budget = budget }, cancellationToken));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double? testLoss = test?.TotalLoss(result.Chosen);

        foreach (int chosen in result.Chosen)
            _console.Output.WriteLine(table.Networks[chosen].Name);
        _console.Output.WriteLine();
        _console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"validation loss {result.TotalLoss:G8}{(higherOrder ? " (approximated from pairs)" : "")}, cost " +
            $"{result.Cost:G6}{(result.IsOptimal ? ": optimal" : "")}"));
        if (testLoss is not null)
            _console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"test loss       {testLoss:G8}"));
        json?.Write(new JsonObject
        {
            ["networks"] = JsonFile.Texts(result.Chosen.Select(c => table.Networks[c].Name)),
            ["groups"] = result.Grouping.ToString(),
            ["validationLoss"] = JsonFile.Number(result.TotalLoss),
            ["measuredValidationLoss"] = JsonFile.Number(validation.TotalLoss(result.Chosen)),
            ["testLoss"] = JsonFile.Number(testLoss ?? double.NaN),
            ["cost"] = JsonFile.Number(result.Cost),
            ["bound"] = JsonFile.Number(result.Bound),
            ["optimal"] = result.IsOptimal,
            ["seconds"] = seconds,
        });
    }
}
