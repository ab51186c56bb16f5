using MLNet.MultiTask.Data;
using MLNet.MultiTask.Numerics;
using Microsoft.ML;

namespace MLNet.MultiTask.Learners;

/// <summary>
/// One single-label trainer of ML.NET per task, so that tasks share nothing: what there is without multi-task learning,
/// to compare with and to mix in. A task's estimator is fitted on the training rows where the task is observed, in
/// their order in the table; validation rows are used only to calibrate (below).
/// </summary>
/// <remarks>
/// The estimator may be any binary, multi-class or regression trainer, or a chain that ends in one: it must add a
/// column "Score". A binary one that adds no "Probability" gets a Platt calibrator, fitted on the validation rows where
/// both classes are observed there and otherwise on the training rows; scores of a multi-class one that are no
/// probabilities are made so by softmax. Both are noted. Threads are those that the trainers take.
/// </remarks>
public sealed class PerTaskLearner : IGroupLearner
{
    private readonly Func<MLContext, SingleTask, IEstimator<ITransformer>> _estimator;

    /// <summary>Takes the way to make a task's estimator.</summary>
    /// <param name="estimator">
    /// Makes the estimator of a task. The context is a new one for each fit, with a seed from the run's seed and the
    /// task's name: an estimator made by it gives the same model whatever was made before.
    /// </param>
    /// <param name="description">
    /// Says in a line what the estimators are, such as "LightGBM, 31 leaves": <see cref="Settings"/>. Null = every
    /// learner is taken for another one than all others.
    /// </param>
    public PerTaskLearner(Func<MLContext, SingleTask, IEstimator<ITransformer>> estimator, string? description = null)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        (_estimator, Settings) = (estimator, description ?? $"unnamed {Guid.NewGuid()}");
    }

    /// <inheritdoc/>
    public string Name => "per-task";

    /// <inheritdoc/>
    public string Settings { get; }

    /// <inheritdoc/>
    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(run);
        SingleTaskFit[] fits = [.. tasks.Select(t => new SingleTaskFit(table, split, t, run.CancellationToken))];
        Refuse(fits, fit => fit.ThrowIfUnobserved());
        Refuse(fits, fit => fit.Open(_estimator, Seed(run.Seed, table.Tasks[fit.Task])));
        Refuse(fits, fit => fit.Train());
        return new GroupFit
        {
            Models = [.. fits.Select(fit => new ServingModel([fit.Task], fit.Model!))],
            Notes = [.. fits.SelectMany(fit => fit.Notes)],
        };
    }

    private static int Seed(ulong seed, TaskInfo task) =>
        (int)(new RandomStream(seed, "per-task/" + task.Name).NextUInt64() >> 33);

    // All tasks that fail are told at once.
    private static void Refuse(SingleTaskFit[] fits, Action<SingleTaskFit> step)
    {
        var reasons = new List<string>();
        Exception? first = null;
        foreach (SingleTaskFit fit in fits)
            try
            {
                step(fit);
            }
            catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
            {
                fit.CancellationToken.ThrowIfCancellationRequested();
                first ??= e;
                reasons.Add($"task '{fit.Name}': {e.Message}");
            }
        if (first is not null)
            throw new ArgumentException($"{reasons.Count} of {Counted.Of(fits.Length, "task")} cannot be learned by " +
                $"their estimators: {string.Join("; ", reasons)}", first);
    }
}
