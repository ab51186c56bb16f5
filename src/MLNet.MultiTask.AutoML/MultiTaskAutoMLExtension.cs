using Microsoft.ML;
using Microsoft.ML.AutoML;

namespace MLNet.MultiTask;

/// <summary>Multi-task sweeps in an <see cref="AutoMLExperiment"/>.</summary>
public static class MultiTaskAutoMLExtension
{
    /// <summary>
    /// Makes an experiment search over groupings of tasks, learners and settings. Sets the experiment's tuner, runner,
    /// monitor and search space; a tuner set afterwards takes the place of ours.
    /// </summary>
    /// <param name="experiment">The experiment; run it by the returned one's <c>RunAsync</c>.</param>
    /// <param name="train">Rows to fit on; features and labels of the tasks.</param>
    /// <param name="validation">
    /// Rows that judge every trial; null = folds of <paramref name="train"/>.
    /// </param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="configure">
    /// Changes the options: budget, learners, constraints and so on; null = the defaults.
    /// </param>
    /// <exception cref="ArgumentException">A column or option does not fit (it is named).</exception>
    public static MultiTaskExperiment SetMultiTask(this AutoMLExperiment experiment, IDataView train,
        IDataView? validation, IEnumerable<TaskColumn> tasks, Action<MultiTaskSweep.Options>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(train);
        var options = new MultiTaskSweep.Options { Tasks = [.. tasks] };
        configure?.Invoke(options);
        return new MultiTaskExperiment(experiment, train, validation, options);
    }
}
