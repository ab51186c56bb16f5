namespace MLNet.MultiTask;

/// <summary>In which linear subspace of the shared parameters the steps of subsets are sought.</summary>
public enum GradTagSubspace
{
    /// <summary>Spanned by the tasks' own gradients and their products with the curvature; needs no seed.</summary>
    Krylov,

    /// <summary>
    /// A random sketch per layer, (P_outᵀδ)(P_inᵀa): as good as a dense projection of its size and much cheaper.
    /// </summary>
    Kronecker,

    /// <summary>Random signs, as the released code projects; made again whenever needed, never stored.</summary>
    Rademacher,

    /// <summary>
    /// All shared parameters, no projection: for <see cref="GradTagSolver.ConjugateGradient"/>, or for small networks,
    /// since other solvers keep as many numbers per pair, or the square of it per task.
    /// </summary>
    Whole,
}
