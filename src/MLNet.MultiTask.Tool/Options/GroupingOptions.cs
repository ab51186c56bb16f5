using MLNet.MultiTask.Data;
using System.CommandLine;
using System.Globalization;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>
/// How <c>group</c> turns an affinity into groups. An option that a method does not know is refused, not ignored.
/// </summary>
internal sealed class GroupingOptions
{
    private const string Sdp = "sdp", Penalised = "sdp-penalised", BranchAndBound = "branch-and-bound", Cover = "cover",
        Quotient = "quotient-cover";

    public static readonly string Summaries = "Methods:\n" + string.Join('\n', Lines());

    private const double MostSeconds = 1e8;

    private readonly Option<string> _method =
        new("--method") { Description = "How to group; see below.", DefaultValueFactory = _ => Sdp };
    private readonly Option<string> _groups = new("--groups")
    {
        Description = "Number of groups, or auto.",
        HelpName = "K|auto",
        DefaultValueFactory = _ => GroupingChoice.Auto,
    };
    private readonly Option<double?> _groupCost = new("--group-cost")
    {
        Description = "Cost of one more group, on the scale of the affinity.",
        HelpName = "COST",
    };
    private readonly Option<int?> _maxSize =
        new("--max-size") { Description = "Most tasks in a group.", HelpName = "N" };
    private readonly Option<int?> _maxGroups =
        new("--max-groups") { Description = "Most groups with --groups auto.", HelpName = "N" };
    private readonly Option<string[]> _mustLink =
        new("--must-link") { Description = "Two tasks, A,B by name, that must share a group.", HelpName = "A,B…" };
    private readonly Option<string[]> _cannotLink = new("--cannot-link")
    {
        Description = "Two tasks, A,B by name, that must not share a group.",
        HelpName = "A,B…",
    };
    private readonly Option<bool> _cuts =
        new("--triangle-cuts") { Description = "sdp, sdp-penalised: tighten the bound until it proves the groups." };
    private readonly Option<double?> _timeLimit = new("--time-limit")
    {
        Description = "branch-and-bound: seconds before it ends with a gap [default: 60].",
        HelpName = "SECONDS",
    };
    private readonly Option<bool> _alone =
        new("--allow-alone") { Description = "cover: a task may be alone in a group and scores the diagonal then." };

    public GroupingOptions() =>
        _method.AcceptOnlyFromAmong([.. GroupingSolvers.All.Select(m => m.Name), Penalised, SelectionOptions.Method]);

    private Option[] OfMatrix =>
        [_groups, _groupCost, _maxSize, _maxGroups, _mustLink, _cannotLink, _cuts, _timeLimit, _alone];

    public void AddTo(Command command)
    {
        command.Options.Add(_method);
        foreach (Option option in OfMatrix)
            command.Options.Add(option);
    }

    /// <summary>Whether trained networks are chosen from instead of a matrix grouped.</summary>
    public bool IsSelection(ParseResult parsed) => parsed.GetValue(_method) == SelectionOptions.Method;

    /// <summary>Refuses what only makes sense with a matrix.</summary>
    public void RefuseForSelection(ParseResult parsed, Option affinity)
    {
        foreach (Option option in (Option[])[affinity, .. OfMatrix])
            if (parsed.GetResult(option) is { Implicit: false })
                throw new InputException($"--method {SelectionOptions.Method} does not know {option.Name}.");
    }

    /// <summary>Whether the method's objective counts groups that may overlap.</summary>
    public bool IsCover(ParseResult parsed) => parsed.GetValue(_method) is Cover or Quotient;

    /// <summary>Whether the number of groups is left to the affinity.</summary>
    public bool ChoosesCount(ParseResult parsed) =>
        parsed.GetValue(_groups) == GroupingChoice.Auto && parsed.GetValue(_groupCost) is null;

    /// <summary>The solver that the command line describes.</summary>
    public ITaskGroupingSolver Solver(ParseResult parsed, TaskAffinity affinity, ulong seed, int? threads)
    {
        string method = parsed.GetValue(_method)!;
        int? groups = GroupCount(parsed, affinity.Count);
        RefuseUnknown(parsed, method, groups);
        return GroupingSolvers.Of(method == Penalised ? Sdp : method).Create(new()
        {
            GroupCount = groups,
            GroupCost = parsed.GetValue(_groupCost),
            MaxGroupSize = parsed.GetValue(_maxSize),
            MaxGroupCount = parsed.GetValue(_maxGroups),
            MustLink = Pairs(parsed, _mustLink, affinity),
            CannotLink = Pairs(parsed, _cannotLink, affinity),
            TriangleCuts = parsed.GetValue(_cuts),
            TimeLimit = Limit(parsed),
            AllowAlone = parsed.GetValue(_alone),
            Seed = seed,
            Threads = threads,
        });
    }

    private static IEnumerable<string> Lines()
    {
        foreach (GroupingSolverMethod solver in GroupingSolvers.All)
        {
            yield return Line(solver.Name, solver.Summary);
            if (solver.Name == Sdp)
                yield return Line(Penalised, "the same for any number of groups, each at the cost of --group-cost");
        }
        yield return Line(SelectionOptions.Method, "no matrix: the best of some trained networks under a budget");

        static string Line(string name, string summary) => $"  {name,-19} {summary}";
    }

    private TimeSpan? Limit(ParseResult parsed) => parsed.GetValue(_timeLimit) switch
    {
        null => null,
        > 0 and <= MostSeconds and var seconds => TimeSpan.FromSeconds(seconds),
        var seconds => throw new InputException(string.Create(CultureInfo.InvariantCulture,
            $"--time-limit is {seconds}; a positive number of seconds is expected" +
            $"{(seconds > 0 ? $", {MostSeconds} at most" : "")}.")),
    };

    private void RefuseUnknown(ParseResult parsed, string method, int? groups)
    {
        bool overlapping = method != Penalised && GroupingSolvers.Of(method).Overlaps;
        Refuse(_cuts, method is Sdp or Penalised);
        Refuse(_timeLimit, method == BranchAndBound);
        Refuse(_alone, method == Cover);
        Refuse(_maxSize, !overlapping || method is Cover or Quotient);
        foreach (Option option in (Option[])[_groupCost, _maxGroups, _mustLink, _cannotLink])
            Refuse(option, !overlapping);
        if (overlapping && groups is null)
            throw new InputException($"--method {method} needs a number of groups; --groups is {GroupingChoice.Auto}.");
        if (method == Penalised && (groups is not null || parsed.GetValue(_groupCost) is null))
            throw new InputException($"--method {method} takes --group-cost and no number of groups.");

        void Refuse(Option option, bool known)
        {
            if (!known && parsed.GetResult(option) is { Implicit: false })
                throw new InputException($"--method {method} does not know {option.Name}.");
        }
    }

    private int? GroupCount(ParseResult parsed, int tasks)
    {
        string text = parsed.GetValue(_groups)!;
        if (text == GroupingChoice.Auto)
            return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int groups))
            throw new InputException($"--groups is '{text}'; a number of groups or auto is expected.");
        return groups >= 1 && groups <= tasks ? groups
            : throw new InputException(
                $"--groups is {groups}, but there {(tasks == 1 ? "is" : "are")} {Counted.Of(tasks, "task")}; " +
                (tasks == 1 ? "only 1 is possible." : $"1 to {Counted.Of(tasks, "group")} are possible."));
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
        throw new InputException($"{option} is '{text}'; two task names with a comma between them are expected, out " +
            $"of {string.Join(", ", affinity.TaskNames)}.");

        int Index(string name) => affinity.TaskNames.ToList().IndexOf(name);
    }
}
