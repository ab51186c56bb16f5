namespace MLNet.MultiTask;

/// <summary>How the step of a subset of tasks is found.</summary>
public enum GradTagSolver
{
    /// <summary>
    /// One Newton step from W0, from statistics that add up over tasks: exact for squared loss, and the same time
    /// whatever the number of rows.
    /// </summary>
    OneStep,

    /// <summary>
    /// The minimum of the linearised loss Σ ℓ(u + g·w) + ½λ‖w‖², offset u fixed at W0's output, no intercept
    /// (EnsembleLoRA, ACL 2025): damped Newton (IRLS) over stored features; L-BFGS where a step has more than 400
    /// coordinates.
    /// </summary>
    Newton,

    /// <summary>The same minimum by L-BFGS, whatever the number of coordinates.</summary>
    LBfgs,

    /// <summary>
    /// One Newton step without projection, (H_S + λD)⁻¹c_S over all shared parameters, by conjugate gradients whose
    /// products are passes over the subset's rows; needs <see cref="GradTagSubspace.Whole"/>.
    /// </summary>
    ConjugateGradient,

    /// <summary>
    /// For comparison, the form of the code released for graphs: C·Σ logistic loss of the 0/1 labels + ½‖w‖² with C =
    /// 0.01, no offset, with intercept, on the first 80 % of the subset's training rows as they lie task after task.
    /// Binary tasks only; needs <see cref="StepGeometry.Euclidean"/>, <see cref="SubsetWeighting.SamplePooled"/>, heads
    /// that stay, and no λ.
    /// </summary>
    LegacyForm,
}
