using System.Diagnostics.CodeAnalysis;

namespace MLNet.MultiTask;

/// <summary>
/// Which tasks share which hidden layer: one partition of the tasks per layer, from the features up, each a refinement
/// of the one below. A value with equality and a canonical text, the partitions' own texts with a slash between:
/// <c>0,1,2,3/0,1|2,3</c> is a first layer that all four tasks share, and a second one for every two of them.
/// </summary>
public sealed class TaskTree : IEquatable<TaskTree>
{
    private readonly string _text;

    /// <summary>Builds a tree.</summary>
    /// <param name="levels">
    /// At least one; partitions (without helpers) of the same tasks, each a refinement of the one before.
    /// </param>
    /// <exception cref="ArgumentException">There is no level, or one is over other tasks, has helpers or joins tasks
    /// that the one before has separated (level and tasks are named).</exception>
    public TaskTree(IEnumerable<TaskGrouping> levels)
    {
        ArgumentNullException.ThrowIfNull(levels);
        Levels = [.. levels];
        ThrowIfInvalid();
        _text = string.Join('/', Levels);
    }

    /// <summary>One partition per hidden layer, from the features up.</summary>
    public IReadOnlyList<TaskGrouping> Levels { get; }

    /// <summary>Number of tasks T.</summary>
    public int TaskCount => Levels[0].TaskCount;

    /// <summary>The tree of a grouping whose groups share the layers below <paramref name="from"/>.</summary>
    /// <param name="grouping">A partition.</param>
    /// <param name="levels">Number of hidden layers, at least 1.</param>
    /// <param name="from">
    /// The first layer that is divided, from 0 (networks of their own) to <paramref name="levels"/> (all share all
    /// hidden layers).
    /// </param>
    public static TaskTree Split(TaskGrouping grouping, int levels, int from)
    {
        ArgumentNullException.ThrowIfNull(grouping);
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        if (from < 0 || from > levels)
            throw new ArgumentOutOfRangeException(nameof(from), from, $"The first divided layer is from 0 to {levels}");
        TaskGrouping all = TaskGrouping.All(grouping.TaskCount);
        return new TaskTree(Enumerable.Range(0, levels).Select(l => l < from ? all : grouping));
    }

    /// <summary>Reads the canonical text; anything else is refused with the reason.</summary>
    /// <exception cref="FormatException">The text is not the canonical form of a tree.</exception>
    public static TaskTree Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return new TaskTree(text.Split('/').Select(TaskGrouping.Parse));
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new FormatException($"'{text}' is not a task tree: {e.Message}", e);
        }
    }

    /// <summary>Like <see cref="Parse"/>, but says no instead of throwing.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TaskTree? tree)
    {
        try
        {
            tree = text is null ? null : Parse(text);
        }
        catch (FormatException)
        {
            tree = null;
        }
        return tree is not null;
    }

    /// <summary>The canonical text.</summary>
    public override string ToString() => _text;

    /// <summary>The levels by name, such as <c>Income, Hours, Grade / Income, Hours | Grade</c>.</summary>
    /// <param name="taskNames">Length T.</param>
    public string ToString(IReadOnlyList<string> taskNames) =>
        string.Join(" / ", Levels.Select(l => l.ToString(taskNames)));

    /// <inheritdoc/>
    public bool Equals(TaskTree? other) => other is not null && other._text == _text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TaskTree);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(_text, StringComparison.Ordinal);

    /// <summary>The tree of some of the tasks, numbered anew in the order given.</summary>
    internal TaskTree Restrict(IReadOnlyList<int> tasks) => new(Levels.Select(level =>
    {
        int[] assignment = level.ToAssignment();
        return TaskGrouping.FromAssignment([.. tasks.Select(t => assignment[t])]);
    }));

    private void ThrowIfInvalid()
    {
        if (Levels.Count == 0)
            throw new ArgumentException("A task tree has at least one level");
        for (int l = 0; l < Levels.Count; l++)
        {
            if (Levels[l].Groups.Any(g => g.Helpers.Count > 0))
                throw new ArgumentException($"level {l} of a task tree, '{Levels[l]}', has helpers; a layer is " +
                    "shared by tasks that it serves");
            if (Levels[l].TaskCount != TaskCount)
                throw new ArgumentException($"level {l} of a task tree is over {Levels[l].TaskCount} tasks, level 0 " +
                    $"over {TaskCount}");
            int[] below = l == 0 ? new int[TaskCount] : Levels[l - 1].ToAssignment();
            foreach (TaskGroup group in Levels[l].Groups)
                if (group.Members.FirstOrDefault(t => below[t] != below[group.Members[0]], -1) is >= 0 and var other)
                    throw new ArgumentException($"level {l} of a task tree joins tasks {group.Members[0]} and " +
                        $"{other}, which level {l - 1} has separated");
        }
    }
}
