using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <content>The estimators that really train many groups, and surrogates of those trainings.</content>
public sealed partial class TaskAffinityCatalog
{
    /// <summary>HOA (Standley et al., ICML 2020): every task and every pair really trained, four times.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="PairwiseHigherOrderAffinity"/>
    public TaskAffinityEstimator PairwiseHigherOrder(IEnumerable<TaskColumn> tasks,
        string featureColumnName = "Features", string outputColumnName = "TaskAffinity") =>
        PairwiseHigherOrder(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="PairwiseHigherOrder(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator PairwiseHigherOrder(TaskAffinityEstimator.Options options,
        RetrainingOptions? method = null) =>
        Of(options, method ?? new(), m => new PairwiseHigherOrderAffinity(m));

    /// <summary>
    /// Higher-order affinity (Li et al., KDD 2023): sampled subsets really trained; hundreds of training runs.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="HigherOrderAffinity"/>
    public TaskAffinityEstimator HigherOrder(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        HigherOrder(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="HigherOrder(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator HigherOrder(TaskAffinityEstimator.Options options,
        HigherOrderOptions? method = null) =>
        Of(options, method ?? new(), m => new HigherOrderAffinity(m));

    /// <summary>
    /// Linear surrogate (Li, Nguyen, Zhang, TMLR 2023): really trained subsets, regressed on who was in them.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="RidgeSurrogateAffinity"/>
    public TaskAffinityEstimator RidgeSurrogate(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        RidgeSurrogate(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="RidgeSurrogate(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator RidgeSurrogate(TaskAffinityEstimator.Options options,
        SurrogateOptions? method = null) =>
        Of(options, method ?? new(), m => new RidgeSurrogateAffinity(m));

    /// <summary>
    /// Kernel surrogate (Zhang et al., ICLR 2026): really trained subsets, by kernel regression on who was in them.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="KernelSurrogateAffinity"/>
    public TaskAffinityEstimator KernelSurrogate(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        KernelSurrogate(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="KernelSurrogate(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator KernelSurrogate(TaskAffinityEstimator.Options options,
        KernelSurrogateOptions? method = null) =>
        Of(options, method ?? new(), m => new KernelSurrogateAffinity(m));

    /// <summary>
    /// ETAP (Ayman et al., ICLR 2026): first-order affinities, mapped to gains by a few groups really trained.
    /// </summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="outputColumnName">The added column.</param>
    /// <seealso cref="EtapAffinity"/>
    public TaskAffinityEstimator Etap(IEnumerable<TaskColumn> tasks, string featureColumnName = "Features",
        string outputColumnName = "TaskAffinity") =>
        Etap(Columns(tasks, featureColumnName, outputColumnName));

    /// <inheritdoc cref="Etap(IEnumerable{TaskColumn}, string, string)"/>
    /// <param name="options">Columns, split and seed.</param>
    /// <param name="method">
    /// How the estimate is made; its own seed, other than the default, is obeyed; otherwise that of
    /// <paramref name="options"/> counts. Null = the defaults.
    /// </param>
    public TaskAffinityEstimator Etap(TaskAffinityEstimator.Options options, EtapOptions? method = null) =>
        Of(options, method ?? new(), m => new EtapAffinity(m));
}
