using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Persistence;

/// <summary>Task names out of a file.</summary>
internal static class TaskNames
{
    /// <summary>The names, if they are at least one, not empty, unique and not too many.</summary>
    /// <exception cref="FormatException">They are not.</exception>
    public static string[] Checked(string[] names, MultiTaskModelLoadOptions options)
    {
        if (names.Length == 0 || names.Length > options.MaxTasks)
            throw new FormatException($"{Counted.Of(names.Length, "task")}; allowed are 1 to {options.MaxTasks}");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in names)
            if (string.IsNullOrEmpty(name) || !seen.Add(name))
                throw new FormatException($"Task name '{name}' is empty or stands twice");
        return names;
    }
}
