namespace MLNet.MultiTask.Benchmarks.Generators;

/// <summary>Generated data on which a known grouping pays, with rows to train, to stop and to test on.</summary>
/// <param name="Table">All rows.</param>
/// <param name="Split">Rows to fit on, and rows that stop training.</param>
/// <param name="Test">Rows that neither fit nor stop anything.</param>
/// <param name="Planted">The groups that share what is to be learnt.</param>
internal sealed record PlantedBed(TaskTable Table, RowSplit Split, int[] Test, TaskGrouping Planted)
{
    /// <summary>Tasks named by planted group and place, <c>g0t0</c>, and the groups.</summary>
    internal static (TaskInfo[] Tasks, TaskGrouping Planted, int[] GroupOf) Tasks(IReadOnlyList<int> sizes,
        TaskKind kind)
    {
        int[] groupOf = [.. sizes.SelectMany((size, g) => Enumerable.Repeat(g, size))];
        TaskInfo[] tasks = [.. sizes.SelectMany((size, g) =>
            Enumerable.Range(0, size).Select(place => new TaskInfo($"g{g}t{place}", kind)))];
        return (tasks, TaskGrouping.FromAssignment(groupOf), groupOf);
    }
}
