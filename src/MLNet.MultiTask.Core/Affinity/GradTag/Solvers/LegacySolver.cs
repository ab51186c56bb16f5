using MLNet.MultiTask.Data;
using MLNet.MultiTask.Gradients;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The form of the code released for graphs (ScalableMTL, fast_estimate_linear_model.py), for comparison:
/// scikit-learn's logistic regression, C·Σ loss + ½‖w‖² with C = 0.01, of the raw 0/1 labels on the gradients of the
/// logits, without the base network's output as offset and with a free intercept, fitted on the first 80 % of the
/// subset's rows as they lie task after task.
/// </summary>
internal sealed class LegacySolver : ISubsetSolver
{
    private const double C = 0.01;
    private const double FittedShare = 0.8;

    private readonly TaskFeatures[] _tasks;
    private readonly float[][] _labels;
    private readonly int _dimension;
    private readonly CancellationToken _cancellationToken;

    /// <param name="tasks">Training features of all tasks, all binary, without heads.</param>
    /// <param name="labels">0/1 of every row of every task.</param>
    /// <param name="dimension">d.</param>
    /// <param name="cancellationToken">Looked at every step.</param>
    public LegacySolver(TaskFeatures[] tasks, float[][] labels, int dimension, CancellationToken cancellationToken)
    {
        (_labels, _dimension, _cancellationToken) = (labels, dimension, cancellationToken);
        _tasks = [.. tasks.Select((task, t) => WithIntercept(task, labels[t]))];
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The rows fitted hold one label only.</exception>
    public SubsetStep Solve(SubsetProblem problem)
    {
        int left = (int)(FittedShare * problem.Subset.Sum(t => _tasks[t].Rows));
        var fitted = new List<(TaskFeatures Features, int Positives)>();
        foreach (int t in problem.Subset)
        {
            int rows = Math.Min(left, _tasks[t].Rows);
            if (rows > 0)
                fitted.Add((_tasks[t].First(rows), _labels[t].AsSpan(0, rows).Count(1f)));
            left -= rows;
        }
        int positives = fitted.Sum(f => f.Positives), rowsFitted = fitted.Sum(f => f.Features.Rows);
        if (positives == 0 || positives == rowsFitted)
            throw new InvalidOperationException(
                $"The first {Counted.Of(rowsFitted, "row")} of tasks {string.Join(", ", problem.Subset)} hold the " +
                $"label {Math.Sign(positives)} only; the legacy form, which has an intercept, needs both");
        double[] penalties = [.. Enumerable.Repeat(1.0, _dimension), 0];
        var objective = new SubsetObjective([.. fitted.Select(f => f.Features)],
            [.. fitted.Select(f => C * f.Features.TotalWeight)],
            _dimension + 1, penalties);
        double[] x = FullSolver.Minimum(objective, newton: true, problem.Subset, _cancellationToken);
        return new SubsetStep([.. x.Take(_dimension).Select(v => (float)v)], null);
    }

    /// <summary>Only binary tasks have the labels that it regresses on.</summary>
    /// <exception cref="ArgumentException">A task is not binary; it is named.</exception>
    public static void ThrowIfNotBinary(TaskTable table)
    {
        if (table.Tasks.FirstOrDefault(t => t.Kind != TaskKind.Binary) is { } other)
            throw new ArgumentException(
                $"Task '{other.Name}' is of kind {other.Kind}; the legacy form takes binary tasks only", nameof(table));
    }

    // A pair's features are signed by its label, so the intercept's column is the sign; the offset is dropped.
    private static TaskFeatures WithIntercept(TaskFeatures task, float[] labels)
    {
        int d = task.Width;
        var features = new float[task.Rows * (d + 1)];
        var losses = new OutputLoss[task.Rows];
        Span<float> direction = stackalloc float[1];
        for (int i = 0; i < task.Rows; i++)
        {
            losses[i] = OutputLoss.At(TaskKind.Binary, [0], labels[i], direction);
            task.Features.Slice(i * d, d).CopyTo(features.AsSpan(i * (d + 1)));
            features[i * (d + 1) + d] = direction[0];
        }
        return new TaskFeatures(features, d + 1, losses, task.Weights.ToArray(), squared: false);
    }
}
