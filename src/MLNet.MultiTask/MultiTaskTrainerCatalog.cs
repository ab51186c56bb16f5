using Microsoft.ML;

namespace MLNet.MultiTask;

/// <summary>Multi-task trainers: <c>mlContext.MultiTask().Trainers</c>.</summary>
public sealed class MultiTaskTrainerCatalog
{
    private readonly MLContext _context;

    internal MultiTaskTrainerCatalog(MLContext context) => _context = context;

    /// <summary>One network per group of tasks: shared hidden layers, one linear head per task.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="grouping">
    /// Which tasks share a network; null = as the column "TaskGroup" says, and without it all tasks together.
    /// </param>
    /// <param name="training">
    /// Network and optimiser: layers, learning rate and its schedule, dropout, early stopping and so on; null = the
    /// defaults.
    /// </param>
    public SharedBottomTrainer SharedBottom(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        TaskGrouping? grouping = null, TrainingOptions? training = null) =>
        SharedBottom(new SharedBottomTrainer.Options
        {
            Tasks = TaskColumn.Checked(tasks),
            FeatureColumnName = featureColumnName,
            Grouping = grouping,
            Training = training ?? new(),
        });

    /// <inheritdoc cref="SharedBottom(IEnumerable{TaskColumn}, string, TaskGrouping, TrainingOptions)"/>
    /// <param name="options">Everything that can be set.</param>
    public SharedBottomTrainer SharedBottom(SharedBottomTrainer.Options options) => new(_context, options);
}
