namespace MLNet.MultiTask.Affinity;

/// <summary>Estimates which tasks help which, from data.</summary>
public interface ITaskAffinityEstimator
{
    /// <summary>The name that <see cref="TaskAffinity.Method"/> carries.</summary>
    string Name { get; }

    /// <summary>Estimates the T×T affinity of a table's tasks.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows to measure on; both must hold rows.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default);

    /// <summary>The same, telling a listener of every phase as it begins; an estimator may have none.</summary>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows to measure on; both must hold rows.</param>
    /// <param name="progress">Told on a thread of the estimate; null = nobody.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    TaskAffinity Estimate(TaskTable table, RowSplit split, IProgress<FitProgress>? progress,
        CancellationToken cancellationToken) => Estimate(table, split, cancellationToken);
}
