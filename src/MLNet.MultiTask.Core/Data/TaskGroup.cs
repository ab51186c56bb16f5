namespace MLNet.MultiTask;

/// <summary>One group of a <see cref="TaskGrouping"/>: tasks learned together in one network.</summary>
/// <param name="served">Tasks the group's network predicts.</param>
/// <param name="helpers">Tasks that only help in training and are served elsewhere.</param>
public sealed class TaskGroup(IReadOnlyList<int> served, IReadOnlyList<int> helpers)
{
    /// <summary>Tasks the group's network predicts, ascending.</summary>
    public IReadOnlyList<int> Served { get; } = [.. served.Order()];

    /// <summary>Tasks that only help in training, ascending.</summary>
    public IReadOnlyList<int> Helpers { get; } = [.. helpers.Order()];

    /// <summary>All tasks the group trains on, ascending.</summary>
    public IReadOnlyList<int> Members => Helpers.Count == 0 ? Served : _members;

    private readonly int[] _members = helpers.Count == 0 ? [] : [.. served.Concat(helpers).Order()];
}
