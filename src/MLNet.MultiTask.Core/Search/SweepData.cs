using MLNet.MultiTask.Search;

namespace MLNet.MultiTask;

/// <summary>What all trainings of a sweep share: the table, and for every fold its rows and seed.</summary>
public sealed class SweepData
{
    internal SweepData(TaskTable table, IReadOnlyList<SweepFold> folds) => (Table, Folds) = (table, folds);

    /// <summary>The data of the tasks that the sweep learns.</summary>
    public TaskTable Table { get; }

    internal IReadOnlyList<SweepFold> Folds { get; }
}
