using MLNet.MultiTask.Data;
using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Minimises the linearised loss of a subset to the end, row by row, instead of taking one Newton step: damped Newton
/// up to <see cref="MostForNewton"/> unknowns, L-BFGS beyond, where forming second derivatives costs more than further
/// passes over the rows.
/// </summary>
/// <param name="tasks">Training features of all tasks.</param>
/// <param name="dimension">d, the coordinates that all tasks share.</param>
/// <param name="newton">Newton where it can be; otherwise L-BFGS always.</param>
/// <param name="cancellationToken">Looked at every step.</param>
internal sealed class FullSolver(TaskFeatures[] tasks, int dimension, bool newton, CancellationToken cancellationToken)
    : ISubsetSolver
{
    /// <summary>Most unknowns for which second derivatives are formed.</summary>
    public const int MostForNewton = 400;

    private const double Tolerance = 1e-8;
    private const double Sufficient = 1e-4;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The minimum was not reached; the subset is named.</exception>
    public SubsetStep Solve(SubsetProblem problem)
    {
        double[] x = Minimum(SubsetObjective.Of(problem, tasks, dimension), newton, problem.Subset, cancellationToken);
        float[] all = [.. x.Select(v => (float)v)];
        var heads = new float[problem.Subset.Length][];
        for (int k = 0, own = dimension; k < heads.Length; own += heads[k++].Length)
            heads[k] = all[own..(own + tasks[problem.Subset[k]].Width - dimension)];
        return new SubsetStep(all[..dimension], problem.HeadLambdas is null ? null : heads);
    }

    /// <summary>Where the loss of a subset is least.</summary>
    public static double[] Minimum(SubsetObjective objective, bool newton, int[] subset,
        CancellationToken cancellationToken)
    {
        double[] x = new double[objective.Size], gradient = new double[objective.Size];
        objective.Value(x, gradient);
        double start = TensorPrimitives.Norm<double>(gradient);
        Minimum found = newton && objective.Size <= MostForNewton
            ? new DampedNewton(objective.Size).Minimize(objective.Value, objective.Hessian, x, Tolerance * start, 100,
                cancellationToken)
            : new LBfgs(objective.Size).Minimize(objective.Value, x, Tolerance * start, 5000, cancellationToken);
        if (!(found.GradientNorm <= Sufficient * start))
            throw new InvalidOperationException(
                $"The linearised loss of tasks {string.Join(", ", subset)} was not minimised: after " +
                $"{Counted.Of(found.Iterations, "step")} its gradient is {found.GradientNorm}, at first {start}; a " +
                "larger λ is needed");
        return x;
    }
}
