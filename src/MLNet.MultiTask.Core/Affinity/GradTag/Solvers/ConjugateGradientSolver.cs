using System.Collections.Concurrent;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// One Newton step from W0 without any projection: (H_S + λD)⁻¹c_S over all shared parameters and the members' heads,
/// H_S the Gauss–Newton matrix of the subset's rows, by conjugate gradients in the coordinates in which D is the
/// identity.
/// </summary>
/// <param name="network">W0.</param>
/// <param name="table">The data.</param>
/// <param name="rows">Training rows.</param>
/// <param name="rowWeights">Σ of the weights of each task's observed rows.</param>
/// <param name="trunk">Coordinates of the shared parameters.</param>
/// <param name="heads">Coordinates of the heads; null = they stay.</param>
/// <param name="cancellationToken">Looked at every product.</param>
internal sealed class ConjugateGradientSolver(SharedBottomNetwork network, TaskTable table, int[] rows,
    double[] rowWeights, WholeTrunk trunk, HeadSpace? heads, CancellationToken cancellationToken) : ISubsetSolver
{
    private const double Tolerance = 1e-5;
    private const double Sufficient = 1e-2;
    private const int MostProducts = 1000;

    private readonly ConcurrentBag<TrunkChunk> _chunks = [];

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The equations were not solved; the subset is named.</exception>
    public SubsetStep Solve(SubsetProblem problem)
    {
        var curvature = new SubsetCurvature(network, table, rows, rowWeights, trunk, heads, problem, _chunks);
        (double[] x, double residual) = ConjugateGradient.Solve(curvature.Multiply, curvature.Gradient(), Tolerance,
            MostProducts, cancellationToken);
        if (!(residual <= Sufficient))
            throw new InvalidOperationException(
                $"The equations of tasks {string.Join(", ", problem.Subset)} were not solved with λ = " +
                $"{problem.Lambda}: after {MostProducts} products a share of {residual} is left; a larger λ is needed");
        return curvature.Step(x);
    }
}
