using Microsoft.ML;

namespace MLNet.MultiTask;

/// <summary>Multi-task trainers: <c>mlContext.MultiTask().Trainers</c>.</summary>
public sealed class MultiTaskTrainerCatalog
{
    private readonly MLContext _context;

    internal MultiTaskTrainerCatalog(MLContext context) => _context = context;

    internal MLContext Context => _context;

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

    /// <summary>
    /// One tabular network per group of tasks: embedded numbers, shared layers and schedules in the manner of RealMLP,
    /// one head per task.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features; they need not be normalised.</param>
    /// <param name="grouping">
    /// Which tasks share a network; null = as the column "TaskGroup" says, and without it all tasks together.
    /// </param>
    /// <param name="training">Network and schedules; null = the defaults, which need no tuning.</param>
    public TabularNetworkTrainer TabularNetwork(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        TaskGrouping? grouping = null, TabularOptions? training = null) =>
        TabularNetwork(new TabularNetworkTrainer.Options
        {
            Tasks = TaskColumn.Checked(tasks),
            FeatureColumnName = featureColumnName,
            Grouping = grouping,
            Training = training ?? new(),
        });

    /// <inheritdoc cref="TabularNetwork(IEnumerable{TaskColumn}, string, TaskGrouping, TabularOptions)"/>
    /// <param name="options">Everything that can be set.</param>
    public TabularNetworkTrainer TabularNetwork(TabularNetworkTrainer.Options options) => new(_context, options);

    /// <summary>
    /// One network whose tasks share the lower layers and branch above: along a tree that is given, or found from
    /// gradients and chosen by training.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="tree">Which tasks share which hidden layer; null = found and chosen.</param>
    /// <param name="training">Layers (widths of one branch) and optimiser; null = the defaults.</param>
    public TaskTreeTrainer TaskTree(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        TaskTree? tree = null, TrainingOptions? training = null) =>
        TaskTree(new TaskTreeTrainer.Options
        {
            Tasks = TaskColumn.Checked(tasks),
            FeatureColumnName = featureColumnName,
            Tree = new() { Tree = tree, Training = training ?? new() },
        });

    /// <inheritdoc cref="TaskTree(IEnumerable{TaskColumn}, string, MLNet.MultiTask.TaskTree, TrainingOptions)"/>
    /// <param name="options">Everything that can be set.</param>
    public TaskTreeTrainer TaskTree(TaskTreeTrainer.Options options) => new(_context, options);

    /// <summary>
    /// One single-label trainer of ML.NET per task, such as
    /// <c>PerTask(tasks, name =&gt; mlContext.BinaryClassification.Trainers.LightGbm())</c>: no multi-task learning,
    /// but all that this library does with multi-task models, so that it can be compared and mixed in.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="estimator">
    /// Makes the estimator of the task with a name: a trainer of ML.NET for its kind of task, or a chain that ends in
    /// one. It reads columns "Features" and "Label" (the label also under the task's name) and, where the task has
    /// weights, "Weight". Whether it gives the same model again is up to the context that makes it and its seed.
    /// </param>
    /// <param name="featureColumnName">The column of features in the data.</param>
    public PerTaskTrainer PerTask(IEnumerable<TaskColumn> tasks, Func<string, IEstimator<ITransformer>> estimator,
        string featureColumnName = "Features")
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return PerTask(tasks, (_, task) => estimator(task.Name), featureColumnName);
    }

    /// <inheritdoc cref="PerTask(IEnumerable{TaskColumn}, Func{string, IEstimator{ITransformer}}, string)"/>
    /// <param name="tasks">The tasks.</param>
    /// <param name="estimator">
    /// Makes the estimator of a task, by a context whose seed follows from the trainer's and the task's name.
    /// </param>
    /// <param name="featureColumnName">The column of features in the data.</param>
    public PerTaskTrainer PerTask(IEnumerable<TaskColumn> tasks,
        Func<MLContext, SingleTask, IEstimator<ITransformer>> estimator, string featureColumnName = "Features") =>
        PerTask(new PerTaskTrainer.Options
        {
            Tasks = TaskColumn.Checked(tasks),
            Estimator = estimator,
            FeatureColumnName = featureColumnName,
        });

    /// <inheritdoc cref="PerTask(IEnumerable{TaskColumn}, Func{string, IEstimator{ITransformer}}, string)"/>
    /// <param name="options">Everything that can be set.</param>
    public PerTaskTrainer PerTask(PerTaskTrainer.Options options) => new(_context, options);

    /// <summary>One forest of boosted trees per group of tasks: same questions, a value per task in every
    /// leaf.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features; NaN = missing.</param>
    /// <param name="grouping">
    /// Which tasks share a forest; null = as the column "TaskGroup" says, and without it all tasks together.
    /// </param>
    /// <param name="forest">Trees, leaves, learning rate, early stopping and so on; null = the defaults.</param>
    public BoostedTreesTrainer BoostedTrees(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        TaskGrouping? grouping = null, BoostedTreesOptions? forest = null) =>
        BoostedTrees(new BoostedTreesTrainer.Options
        {
            Tasks = TaskColumn.Checked(tasks),
            FeatureColumnName = featureColumnName,
            Grouping = grouping,
            Forest = forest ?? new(),
        });

    /// <inheritdoc cref="BoostedTrees(IEnumerable{TaskColumn}, string, TaskGrouping, BoostedTreesOptions)"/>
    /// <param name="options">Everything that can be set.</param>
    public BoostedTreesTrainer BoostedTrees(BoostedTreesTrainer.Options options) => new(_context, options);

    /// <summary>Linear models per group of tasks, held together by a penalty.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="grouping">
    /// Which tasks are held together; null = as the column "TaskGroup" says, and without it all tasks.
    /// </param>
    /// <param name="linear">Penalty and strengths; null = the defaults.</param>
    public LinearTrainer Linear(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        TaskGrouping? grouping = null, LinearOptions? linear = null) =>
        Linear(new LinearTrainer.Options
        {
            Tasks = TaskColumn.Checked(tasks),
            FeatureColumnName = featureColumnName,
            Grouping = grouping,
            Linear = linear ?? new(),
        });

    /// <inheritdoc cref="Linear(IEnumerable{TaskColumn}, string, TaskGrouping, LinearOptions)"/>
    /// <param name="options">Everything that can be set.</param>
    public LinearTrainer Linear(LinearTrainer.Options options) => new(_context, options);

    /// <summary>
    /// Robust boosted trees for task-indexed data: common to all tasks, gated for outlier tasks, and of each task.
    /// </summary>
    /// <param name="tasks">The tasks, of one kind.</param>
    /// <param name="featureColumnName">The column of features; NaN = missing.</param>
    /// <param name="grouping">
    /// Which tasks are trained together; null = as the column "TaskGroup" says, and without it all.
    /// </param>
    /// <param name="trees">Trees of each block; null = the defaults.</param>
    public RobustTreesTrainer RobustTrees(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        TaskGrouping? grouping = null, RobustTreesOptions? trees = null) =>
        RobustTrees(new RobustTreesTrainer.Options
        {
            Tasks = TaskColumn.Checked(tasks),
            FeatureColumnName = featureColumnName,
            Grouping = grouping,
            Trees = trees ?? new(),
        });

    /// <inheritdoc cref="RobustTrees(IEnumerable{TaskColumn}, string, TaskGrouping, RobustTreesOptions)"/>
    /// <param name="options">Everything that can be set.</param>
    public RobustTreesTrainer RobustTrees(RobustTreesTrainer.Options options) => new(_context, options);

    /// <summary>Several learners per group of tasks, mixed for each task on rows that trained none of them.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="learners">What is trained and mixed; null = boosted trees and ridge.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="grouping">
    /// Which tasks are trained together; null = as the column "TaskGroup" says, and without it all.
    /// </param>
    public EnsembleTrainer Ensemble(IEnumerable<TaskColumn> tasks,
        IReadOnlyList<Learners.IGroupLearner>? learners = null, string featureColumnName = "Features",
        TaskGrouping? grouping = null)
    {
        var options = new EnsembleTrainer.Options
        {
            Tasks = TaskColumn.Checked(tasks),
            FeatureColumnName = featureColumnName,
            Grouping = grouping,
        };
        options.Learners = learners ?? options.Learners;
        return Ensemble(options);
    }

    /// <inheritdoc cref="Ensemble(IEnumerable{TaskColumn}, IReadOnlyList{Learners.IGroupLearner}, string,
    /// TaskGrouping)"/>
    /// <param name="options">Everything that can be set.</param>
    public EnsembleTrainer Ensemble(EnsembleTrainer.Options options) => new(_context, options);

    /// <summary>A learner of its own for every group of tasks.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="grouping">Which tasks are trained together.</param>
    /// <param name="learners">One per group, in the order of the groups.</param>
    /// <param name="featureColumnName">The column of features.</param>
    public PerGroupTrainer PerGroup(IEnumerable<TaskColumn> tasks, TaskGrouping grouping,
        IReadOnlyList<Learners.IGroupLearner> learners, string featureColumnName = "Features") =>
        PerGroup(new PerGroupTrainer.Options
        {
            Tasks = TaskColumn.Checked(tasks),
            FeatureColumnName = featureColumnName,
            Grouping = grouping,
            Learners = learners,
        });

    /// <inheritdoc cref="PerGroup(IEnumerable{TaskColumn}, TaskGrouping, IReadOnlyList{Learners.IGroupLearner},
    /// string)"/>
    /// <param name="options">Everything that can be set.</param>
    public PerGroupTrainer PerGroup(PerGroupTrainer.Options options) => new(_context, options);
}
