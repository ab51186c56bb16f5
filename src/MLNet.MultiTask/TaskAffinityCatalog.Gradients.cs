using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <content>The estimators besides Grad-TAG that follow gradients over a training run.</content>
public sealed partial class TaskAffinityCatalog
{
    /// <summary>Grad-TAG on tabular networks: from gradients of what <c>Trainers.TabularNetwork</c> trains.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="TabularGradTagAffinity"/>
    public TaskAffinityEstimator TabularGradTag(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        TabularGradTag(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="TabularGradTag(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator TabularGradTag(TaskAffinityEstimator.Options options,
        TabularGradTagOptions? method = null) =>
        Of(options, method ?? new(), m => new TabularGradTagAffinity(m));

    /// <summary>Cosine of task gradients over a training run (Fifty et al., NeurIPS 2021).</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="GradientCosineAffinity"/>
    public TaskAffinityEstimator GradientCosine(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        GradientCosine(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="GradientCosine(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator GradientCosine(TaskAffinityEstimator.Options options,
        GradientAffinityOptions? method = null) =>
        Of(options, method ?? new(), m => new GradientCosineAffinity(m));

    /// <summary>Inner product of task gradients over a training run (ETAP; Ayman et al., ICLR 2026).</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="GradientDotAffinity"/>
    public TaskAffinityEstimator GradientDot(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        GradientDot(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="GradientDot(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator GradientDot(TaskAffinityEstimator.Options options,
        GradientAffinityOptions? method = null) =>
        Of(options, method ?? new(), m => new GradientDotAffinity(m));

    /// <summary>Cosine of task gradients over one training of a tabular network.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="TabularGradientCosineAffinity"/>
    public TaskAffinityEstimator TabularGradientCosine(IEnumerable<TaskColumn> tasks,
        string featureColumnName = "Features", string outputColumnName = "TaskAffinity") =>
        TabularGradientCosine(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="TabularGradientCosine(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator TabularGradientCosine(TaskAffinityEstimator.Options options,
        TabularGradientOptions? method = null) =>
        Of(options, method ?? new(), m => new TabularGradientCosineAffinity(m));

    /// <summary>Inner product of task gradients over one training of a tabular network.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="TabularGradientDotAffinity"/>
    public TaskAffinityEstimator TabularGradientDot(IEnumerable<TaskColumn> tasks,
        string featureColumnName = "Features", string outputColumnName = "TaskAffinity") =>
        TabularGradientDot(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="TabularGradientDot(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator TabularGradientDot(TaskAffinityEstimator.Options options,
        TabularGradientOptions? method = null) =>
        Of(options, method ?? new(), m => new TabularGradientDotAffinity(m));

    /// <summary>
    /// TAG (Fifty et al., NeurIPS 2021): what a step along one task's gradient does to the others' losses.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="TagLookaheadAffinity"/>
    public TaskAffinityEstimator TagLookahead(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        TagLookahead(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="TagLookahead(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator TagLookahead(TaskAffinityEstimator.Options options,
        TagLookaheadOptions? method = null) =>
        Of(options, method ?? new(), m => new TagLookaheadAffinity(m));

    /// <summary>
    /// Proximal affinity (Jeong and Yoon, 2025): how losses change as tasks are updated in turn, over one training run.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="GroupUpdatesAffinity"/>
    public TaskAffinityEstimator GroupUpdates(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        GroupUpdates(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="GroupUpdates(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator GroupUpdates(TaskAffinityEstimator.Options options,
        GroupUpdatesOptions? method = null) =>
        Of(options, method ?? new(), m => new GroupUpdatesAffinity(m));

    /// <summary>
    /// DMTG (Gao et al., 2024): how probably two tasks choose the same of a few trunks that are trained at once.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="DmtgAffinity"/>
    public TaskAffinityEstimator Dmtg(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        Dmtg(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="Dmtg(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator Dmtg(TaskAffinityEstimator.Options options, DmtgOptions? method = null) =>
        Of(options, method ?? new(), m => new DmtgAffinity(m));
}
