using System.Globalization;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask;

/// <summary>
/// Task affinity, T×T: <c>[i, j]</c> is what task i (row, target) gains from being trained with task j (column,
/// source). Higher is better, always; the scale is the estimator's.
/// </summary>
public sealed class TaskAffinity
{
    private readonly double[] _values;

    /// <summary>Holds an affinity matrix; the arrays are not copied.</summary>
    /// <param name="taskNames">The T names, unique.</param>
    /// <param name="values">T×T, row-major, rows = targets; all finite.</param>
    /// <param name="method">The estimator's name.</param>
    /// <exception cref="ArgumentException">Sizes disagree or a value is not finite (the pair is named).</exception>
    public TaskAffinity(IReadOnlyList<string> taskNames, double[] values, string method)
    {
        ArgumentNullException.ThrowIfNull(taskNames);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentException.ThrowIfNullOrEmpty(method);
        if (values.Length != (long)taskNames.Count * taskNames.Count)
            throw new ArgumentException($"{Counted.Of(values.Length, "value")} given, " +
                $"{taskNames.Count}×{taskNames.Count} expected",
                nameof(values));
        for (int i = 0; i < values.Length; i++)
            if (!double.IsFinite(values[i]))
                throw new ArgumentException($"Affinity of task '{taskNames[i / taskNames.Count]}' from task " +
                    $"'{taskNames[i % taskNames.Count]}' is {values[i]}; affinities must be finite", nameof(values));
        (TaskNames, _values, Method) = (taskNames, values, method);
        Warnings = [];
    }

    /// <summary>Number of tasks T.</summary>
    public int Count => TaskNames.Count;

    /// <summary>The T task names, in order of rows and columns.</summary>
    public IReadOnlyList<string> TaskNames { get; }

    /// <summary>The estimator's name, such as "Grad-TAG".</summary>
    public string Method { get; }

    /// <summary>
    /// What task <paramref name="target"/> gains from being trained with task <paramref name="source"/>.
    /// </summary>
    public double this[int target, int source] => _values[target * Count + source];

    /// <summary>T×T, row-major, rows = targets.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>How many subsets held each pair, T×T; null where the estimator does not sample subsets.</summary>
    public int[]? PairCounts { get; init; }

    /// <summary>Standard error of each value over the subsets, T×T; null where it has none.</summary>
    public double[]? StandardErrors { get; init; }

    /// <summary>Named diagnostics of the estimator, such as "relativeStep" or "linearizationError".</summary>
    public IReadOnlyDictionary<string, double> Diagnostics { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// What to know before relying on the affinity, one sentence or two each; empty where nothing was noticed. One task
    /// alone is noticed.
    /// </summary>
    public IReadOnlyList<string> Warnings
    {
        get;
        init => field = Count == 1 && !value.Contains(OnlyTask) ? [OnlyTask, .. value] : value;
    }

    /// <summary>
    /// T×T: where the data told nothing of a pair, such as tasks without a row in common. The value is 0 there and
    /// means nothing; <see cref="Warnings"/> say why. Null where every pair was measured.
    /// </summary>
    public bool[]? Unmeasured { get; init; }

    private string OnlyTask => $"'{TaskNames[0]}' is the only task: there is no other to be learned with it, so " +
        "nothing was estimated.";

    /// <summary>Whether the value of a pair was measured.</summary>
    internal bool IsMeasured(int target, int source) => Unmeasured?[target * Count + source] != true;

    /// <summary>
    /// Seconds that the estimator's phases took, in their order; empty where it measures none. They differ from run to
    /// run and are not saved.
    /// </summary>
    public IReadOnlyDictionary<string, double> PhaseSeconds { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// Whether 0 divides what helps from what hurts, because each task was compared with being alone. Without a number
    /// of groups, solvers then keep together what helps; otherwise only what helps more than others do.
    /// </summary>
    public bool IsSigned { get; init; }

    /// <summary>
    /// What is to be said where three or more tasks all have the same affinity to one another; otherwise null.
    /// </summary>
    internal string? Tie
    {
        get
        {
            double[] others = [.. _values.Where((_, p) => p / Count != p % Count).Distinct().Take(2)];
            return Count < 3 || others.Length > 1 ? null : string.Create(CultureInfo.InvariantCulture,
                $"every pair of tasks has the same affinity, {others[0]:G4}, so that nothing says who suits whom; ") +
                "any other groups of these sizes would be as good";
        }
    }

    /// <summary>
    /// What tasks teach one another: the affinity where each task stops at its own best epoch. Null where the estimator
    /// does not tell it from <see cref="Stopping"/>.
    /// </summary>
    public TaskAffinity? Transfer { get; init; }

    /// <summary>
    /// How well tasks agree on when to stop: the affinity by what stopping together costs them, in units of its own
    /// spread as the affinity itself. Low values call for <see cref="EarlyStopping.PerTask"/>, not for other groups.
    /// Null where the estimator does not tell.
    /// </summary>
    public TaskAffinity? Stopping { get; init; }

    /// <summary>
    /// Predicts, for any group of task indices, the validation loss of each member when the group is trained together;
    /// lower is better. Null where the estimator predicts none.
    /// </summary>
    public Func<IReadOnlyList<int>, double[]>? PredictGroup { get; init; }

    /// <summary>
    /// <see cref="PredictGroup"/> of several groups in less time than one after another; null where nothing is gained.
    /// </summary>
    internal Func<int[][], double[][]>? PredictGroups { get; init; }

    /// <summary>
    /// Predicts, for any group of task indices, what training it from the start gives each member, with errors. Null
    /// where the estimator does not predict training from the start.
    /// </summary>
    public Func<IReadOnlyList<int>, GroupPrediction>? PredictTraining { get; init; }

    /// <summary>
    /// The same without <see cref="PredictGroup"/> and <see cref="PredictTraining"/>, which may hold networks and
    /// training data.
    /// </summary>
    public TaskAffinity WithoutPredictions() => PredictGroup is null && PredictTraining is null ? this
        : new(TaskNames, _values, Method)
        {
            PairCounts = PairCounts,
            StandardErrors = StandardErrors,
            Diagnostics = Diagnostics,
            Warnings = Warnings,
            Unmeasured = Unmeasured,
            PhaseSeconds = PhaseSeconds,
            IsSigned = IsSigned,
            Transfer = Transfer?.WithoutPredictions(),
            Stopping = Stopping?.WithoutPredictions(),
        };
}
