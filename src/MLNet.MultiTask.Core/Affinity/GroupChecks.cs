namespace MLNet.MultiTask.Affinity;

/// <summary>A group whose losses are to be predicted holds every task once.</summary>
internal static class GroupChecks
{
    /// <exception cref="ArgumentException">The group is empty, or a task stands in it twice (it is named).</exception>
    /// <exception cref="ArgumentOutOfRangeException">A task number is out of range.</exception>
    public static void ThrowIfInvalid(IReadOnlyList<int> group, int taskCount)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (group.Count == 0)
            throw new ArgumentException("A group needs at least one task", nameof(group));
        for (int k = 0; k < group.Count; k++)
        {
            if (group[k] < 0 || group[k] >= taskCount)
                throw new ArgumentOutOfRangeException(nameof(group), group[k],
                    $"Task number must be from 0 to {taskCount - 1}");
            for (int before = 0; before < k; before++)
                if (group[before] == group[k])
                    throw new ArgumentException($"Task {group[k]} stands twice in the group", nameof(group));
        }
    }
}
