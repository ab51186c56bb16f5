using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MLNet.MultiTask;

/// <summary>
/// Which tasks are learned together. A value with equality and a canonical text: groups in order of their smallest
/// served task, <c>0,1|2,3</c>; a task that helps in a group without being served by it stands there in parentheses,
/// <c>0,1,(4)|2,3,4</c>. The text is the AutoML parameter, the history key, the file field and the log line.
/// </summary>
public sealed class TaskGrouping : IEquatable<TaskGrouping>
{
    private readonly string _text;

    /// <summary>Builds a grouping; groups are put into canonical order.</summary>
    /// <param name="groups">Every task 0 … T−1 is served by exactly one group.</param>
    /// <exception cref="ArgumentException">A task is served twice or not at all, or a group serves no task.</exception>
    public TaskGrouping(IEnumerable<TaskGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        Groups = [.. groups.OrderBy(g => g.Served.Count > 0 ? g.Served[0] : int.MaxValue)];
        TaskCount = Groups.Sum(g => g.Served.Count);
        ThrowIfInvalid();
        _text = string.Join('|', Groups.Select(Text));
    }

    /// <summary>The groups, in order of their smallest served task.</summary>
    public IReadOnlyList<TaskGroup> Groups { get; }

    /// <summary>Number of tasks T.</summary>
    public int TaskCount { get; }

    /// <summary>Number of groups.</summary>
    public int Count => Groups.Count;

    /// <summary>All T tasks in one group.</summary>
    public static TaskGrouping All(int taskCount) => FromAssignment(new int[Checked(taskCount)]);

    /// <summary>Every task alone.</summary>
    public static TaskGrouping Single(int taskCount) => FromAssignment([.. Enumerable.Range(0, Checked(taskCount))]);

    /// <summary>A partition from one group label per task; labels need not be consecutive.</summary>
    /// <param name="assignment">Length T; tasks with equal values share a group.</param>
    public static TaskGrouping FromAssignment(IReadOnlyList<int> assignment)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        return new(Enumerable.Range(0, assignment.Count).GroupBy(t => assignment[t])
            .Select(g => new TaskGroup([.. g], [])));
    }

    /// <summary>The index in <see cref="Groups"/> of the group that serves each task; length T.</summary>
    public int[] ToAssignment()
    {
        var assignment = new int[TaskCount];
        for (int g = 0; g < Groups.Count; g++)
            foreach (int task in Groups[g].Served)
                assignment[task] = g;
        return assignment;
    }

    /// <summary>Reads the canonical text; anything else is refused with the reason.</summary>
    /// <exception cref="FormatException">The text is not the canonical form of a grouping.</exception>
    public static TaskGrouping Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        TaskGrouping grouping;
        try
        {
            grouping = new TaskGrouping(text.Split('|').Select(ParseGroup));
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"'{text}' is not a task grouping: {e.Message}", e);
        }
        return grouping._text == text ? grouping
            : throw new FormatException($"'{text}' is not in canonical form; '{grouping._text}' is");
    }

    /// <summary>Like <see cref="Parse"/>, but says no instead of throwing.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TaskGrouping? grouping)
    {
        try
        {
            grouping = text is null ? null : Parse(text);
        }
        catch (FormatException)
        {
            grouping = null;
        }
        return grouping is not null;
    }

    /// <summary>The canonical text.</summary>
    public override string ToString() => _text;

    /// <summary>The groups by name, such as <c>Income, Hours | Grade</c>; helpers in parentheses.</summary>
    /// <param name="taskNames">Length T.</param>
    public string ToString(IReadOnlyList<string> taskNames) => string.Join(" | ", Groups.Select(g =>
        string.Join(", ", g.Members.Select(t => g.Served.Contains(t) ? taskNames[t] : $"({taskNames[t]})"))));

    /// <inheritdoc/>
    public bool Equals(TaskGrouping? other) => other is not null && other._text == _text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TaskGrouping);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(_text, StringComparison.Ordinal);

    private static int Checked(int taskCount) => taskCount >= 1 ? taskCount
        : throw new ArgumentOutOfRangeException(nameof(taskCount), taskCount, "A grouping has at least one task");

    private static string Text(TaskGroup group) => group.Helpers.Count == 0 ? string.Join(',', group.Served)
        : string.Join(',', group.Members.Select(t =>
        group.Served.Contains(t) ? t.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"({t})")));

    private static TaskGroup ParseGroup(string text)
    {
        List<int> served = [], helpers = [];
        foreach (string item in text.Split(','))
        {
            bool helps = item.StartsWith('(') && item.EndsWith(')') && item.Length > 2;
            if (!int.TryParse(helps ? item[1..^1] : item, NumberStyles.None, CultureInfo.InvariantCulture,
                out int task))
                throw new ArgumentException($"'{item}' is not a task number");
            (helps ? helpers : served).Add(task);
        }
        return new TaskGroup(served, helpers);
    }

    private void ThrowIfInvalid()
    {
        if (TaskCount == 0)
            throw new ArgumentException("it serves no task");
        var servedBy = new bool[TaskCount];
        foreach (TaskGroup group in Groups)
        {
            if (group.Served.Count == 0)
                throw new ArgumentException("a group serves no task");
            foreach (int task in group.Served)
            {
                if (task < 0 || task >= TaskCount)
                    throw new ArgumentException($"task {task} is outside 0 to {TaskCount - 1}; every task from 0 on " +
                        "must be served by one group");
                if (servedBy[task])
                    throw new ArgumentException($"task {task} is served twice");
                servedBy[task] = true;
            }
            for (int i = 0; i < group.Members.Count; i++)
            {
                int task = group.Members[i];
                if (task < 0 || task >= TaskCount)
                    throw new ArgumentException($"helper task {task} is outside 0 to {TaskCount - 1}");
                if (i > 0 && group.Members[i - 1] == task)
                    throw new ArgumentException($"task {task} stands twice in a group");
            }
        }
    }
}
