using MLNet.MultiTask.Torch;
using TorchSharp;

namespace MLNet.MultiTask;

/// <summary>What this package adds to <c>mlContext.MultiTask()</c>.</summary>
public static class TorchCatalog
{
    /// <summary>
    /// Makes files with TorchSharp modules loadable; only a program that loads them without ever training or
    /// registering one needs it.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <returns>The catalog.</returns>
    public static MultiTaskCatalog UseTorchSharp(this MultiTaskCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        TorchModuleFormat.Register();
        return catalog;
    }

    /// <summary>One module of a registered architecture per group of tasks.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="architecture">Its name and settings, such as <c>mlp(hidden=64,32)</c>.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="grouping">
    /// Which tasks share a module; null = as the column "TaskGroup" says, and without it all tasks together.
    /// </param>
    /// <param name="training">Optimiser, weighting, batches, early stopping; null = the defaults.</param>
    public static TorchModuleTrainer TorchModule(this MultiTaskTrainerCatalog catalog, IEnumerable<TaskColumn> tasks,
        string architecture, string featureColumnName = "Features", TaskGrouping? grouping = null,
        TrainingOptions? training = null) =>
        TorchModule(catalog, new TorchModuleTrainer.Options
        {
            Tasks = TaskColumn.Checked(tasks),
            FeatureColumnName = featureColumnName,
            Grouping = grouping,
            Module = new TorchModuleOptions { Architecture = architecture, Training = training ?? new() },
        });

    /// <summary>
    /// A trunk of one's own per group of tasks, and one head per task on its output. Such a model cannot be saved;
    /// register the trunk by a name for that (<see cref="TorchArchitectures.Register(string,
    /// Func{ArchitectureContext, MultiTaskModule})"/>).
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="trunk">Makes a new trunk every time, from rows×d to rows×width.</param>
    /// <param name="head">Makes a task's head, from rows×width to rows×K; null = linear.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="grouping">
    /// Which tasks share a module; null = as the column "TaskGroup" says, and without it all tasks together.
    /// </param>
    /// <param name="training">Optimiser, weighting, batches, early stopping; null = the defaults.</param>
    public static TorchModuleTrainer TorchModule(this MultiTaskTrainerCatalog catalog, IEnumerable<TaskColumn> tasks,
        Func<torch.nn.Module<torch.Tensor, torch.Tensor>> trunk,
        Func<TaskInfo, torch.nn.Module<torch.Tensor, torch.Tensor>>? head = null, string featureColumnName = "Features",
        TaskGrouping? grouping = null, TrainingOptions? training = null)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        return TorchModule(catalog, new TorchModuleTrainer.Options
        {
            Tasks = TaskColumn.Checked(tasks),
            FeatureColumnName = featureColumnName,
            Grouping = grouping,
            Module = new TorchModuleOptions
            {
                Create = context => new SharedTrunk(context, context.Seeded("trunk", trunk), head),
                Training = training ?? new(),
            },
        });
    }

    /// <inheritdoc cref="TorchModule(MultiTaskTrainerCatalog, IEnumerable{TaskColumn}, string, string, TaskGrouping, TrainingOptions)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">Everything that can be set.</param>
    public static TorchModuleTrainer TorchModule(this MultiTaskTrainerCatalog catalog,
        TorchModuleTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new TorchModuleTrainer(catalog.Context, options);
    }

    /// <summary>Grad-TAG on a module: which tasks help which, from its gradients.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="options">The module and how to estimate; null = the defaults.</param>
    public static TaskAffinityEstimator TorchGradTag(this TaskAffinityCatalog catalog, IEnumerable<TaskColumn> tasks,
        TorchGradTagOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        options ??= new();
        options.Validate();
        return catalog.Custom(new TaskAffinityEstimator.Options { Tasks = TaskColumn.Checked(tasks) },
            new TorchGradTagAffinity(options));
    }
}
