using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>Reads the text of <c>--grouping</c>.</summary>
internal static class GroupingChoice
{
    public const string Auto = "auto";

    /// <summary>The grouping that a text names; null for "auto".</summary>
    /// <param name="text">"single", "all", "auto", or a grouping such as "0,1|2,3".</param>
    /// <param name="tasks">Number of tasks.</param>
    public static TaskGrouping? Read(string text, int tasks)
    {
        TaskGrouping? grouping = text switch
        {
            Auto => null,
            "single" => TaskGrouping.Single(tasks),
            "all" => TaskGrouping.All(tasks),
            _ => LibraryErrors.Translate("--grouping", () => TaskGrouping.Parse(text)),
        };
        return grouping is null || grouping.TaskCount == tasks ? grouping
            : throw new InputException($"--grouping '{text}' is over {Counted.Of(grouping.TaskCount, "task")}, but " +
                $"the data has {tasks}.");
    }
}
