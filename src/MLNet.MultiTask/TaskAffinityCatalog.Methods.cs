using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <content>The estimators that train a few models or none and follow no gradient, from cheap to costly.</content>
public sealed partial class TaskAffinityCatalog
{
    /// <summary>
    /// Absolute association of the labels over rows that hold both: the free baseline; nothing is trained.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="LabelCorrelationAffinity"/>
    public TaskAffinityEstimator LabelCorrelation(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        LabelCorrelation(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="LabelCorrelation(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    public TaskAffinityEstimator LabelCorrelation(TaskAffinityEstimator.Options options) =>
        Custom(options, new LabelCorrelationAffinity());

    /// <summary>Distance between the tasks' features and labels (MMD); nothing is trained.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="DivergenceAffinity"/>
    public TaskAffinityEstimator Divergence(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        Divergence(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="Divergence(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator Divergence(TaskAffinityEstimator.Options options, DivergenceOptions? method = null) =>
        Of(options, method ?? new(), m => new DivergenceAffinity(m));

    /// <summary>
    /// Agreement of split gains: which features one small forest per task asks about. For forests with vector leaves.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="SplitGainAffinity"/>
    public TaskAffinityEstimator SplitGain(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        SplitGain(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="SplitGain(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator SplitGain(TaskAffinityEstimator.Options options,
        ForestAffinityOptions? method = null) =>
        Of(options, method ?? new(), m => new SplitGainAffinity(m));

    /// <summary>
    /// Cross error (after RMB-CLE, 2026): how well one small forest per task predicts the other tasks' held-out rows.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="CrossErrorAffinity"/>
    public TaskAffinityEstimator CrossError(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        CrossError(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="CrossError(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator CrossError(TaskAffinityEstimator.Options options,
        ForestAffinityOptions? method = null) =>
        Of(options, method ?? new(), m => new CrossErrorAffinity(m));

    /// <summary>
    /// Sample-wise optimisation landscape (Thakur et al., 2024): distances of per-sample gradients at random initial
    /// networks; nothing is trained.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="LandscapeAffinity"/>
    public TaskAffinityEstimator Landscape(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        Landscape(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="Landscape(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator Landscape(TaskAffinityEstimator.Options options, LandscapeOptions? method = null) =>
        Of(options, method ?? new(), m => new LandscapeAffinity(m));

    /// <summary>
    /// Data maps (STG-MTL; Sherif et al., 2023): tasks whose rows are learned alike, from one training run.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="DataMapsAffinity"/>
    public TaskAffinityEstimator DataMaps(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        DataMaps(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="DataMaps(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator DataMaps(TaskAffinityEstimator.Options options, DataMapsOptions? method = null) =>
        Of(options, method ?? new(), m => new DataMapsAffinity(m));

    /// <summary>
    /// Task relevance by the Lasso (after Wang et al., ICML 2023): each head of one network as a sparse combination of
    /// the others.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="LassoTaskRelevanceAffinity"/>
    public TaskAffinityEstimator LassoTaskRelevance(IEnumerable<TaskColumn> tasks,
        string featureColumnName = "Features", string outputColumnName = "TaskAffinity") =>
        LassoTaskRelevance(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="LassoTaskRelevance(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator LassoTaskRelevance(TaskAffinityEstimator.Options options,
        LassoTaskRelevanceOptions? method = null) =>
        Of(options, method ?? new(), m => new LassoTaskRelevanceAffinity(m));

    /// <summary>
    /// Which features single-task networks rest on, compared (after Azorin et al., 2023); T training runs.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="InputAttributionAffinity"/>
    public TaskAffinityEstimator InputAttribution(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        InputAttribution(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="InputAttribution(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator InputAttribution(TaskAffinityEstimator.Options options,
        InputAttributionOptions? method = null) =>
        Of(options, method ?? new(), m => new InputAttributionAffinity(m));

    /// <summary>
    /// Which rows single-task networks hold alike, compared (RSA; after Azorin et al., 2023); T training runs.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="RepresentationSimilarityAffinity"/>
    public TaskAffinityEstimator RepresentationSimilarity(IEnumerable<TaskColumn> tasks,
        string featureColumnName = "Features", string outputColumnName = "TaskAffinity") =>
        RepresentationSimilarity(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="RepresentationSimilarity(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator RepresentationSimilarity(TaskAffinityEstimator.Options options,
        RepresentationSimilarityOptions? method = null) =>
        Of(options, method ?? new(), m => new RepresentationSimilarityAffinity(m));

    /// <summary>
    /// What a task gains from reading another's label as input (after Azorin et al., 2023); 4·T² short training runs.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="LabelInjectionAffinity"/>
    public TaskAffinityEstimator LabelInjection(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        LabelInjection(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="LabelInjection(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator LabelInjection(TaskAffinityEstimator.Options options,
        LabelInjectionOptions? method = null) =>
        Of(options, method ?? new(), m => new LabelInjectionAffinity(m));

    private TaskAffinityEstimator Of<TOptions>(TaskAffinityEstimator.Options options, TOptions method, Func<TOptions,
        ITaskAffinityEstimator> create)
        where TOptions : AffinityOptions
    {
        method.Validate();
        return new(_context, options, seed => create(Seeded(method, seed)));
    }

    private static TaskAffinityEstimator.Options Columns(IEnumerable<TaskColumn> tasks, string featureColumnName,
        string outputColumnName) => new()
    {
        Tasks = TaskColumn.Checked(tasks),
        FeatureColumnName = featureColumnName,
        OutputColumnName = outputColumnName,
    };
}
