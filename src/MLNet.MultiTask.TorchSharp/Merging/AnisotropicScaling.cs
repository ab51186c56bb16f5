namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>atlas(steps=200; rate=0.01; batch=64)</c>: aTLAS, θ = θ₀ + Σ_k Λ_k·τ_k with one learned number per task vector
/// and tensor, from 0, on labelled rows (Zhang et al., "Knowledge composition using task vectors with learned
/// anisotropic scaling", NeurIPS 2024, equation 2).
/// </summary>
internal sealed class AnisotropicScaling(MethodSettings settings) : IModelMerging
{
    private readonly int _steps = settings.Integer("steps", 200, 1), _batch = settings.Integer("batch", 64, 1);
    private readonly double _rate = settings.Number("rate", 0.01, 1e-9, 10);

    public MergedModule Merge(MergingProblem problem)
    {
        var scales = new double[problem.TaskCount * problem.Blocks.Count];
        float[] Compose() => CoefficientDescent.Compose(problem, scales, problem.Initial, problem.Vectors);
        new CoefficientDescent(problem) { Steps = _steps, Rate = _rate, Batch = _batch }
            .Run(scales, [.. Enumerable.Range(0, problem.TaskCount)], _ => Compose(),
                (_, gradient, into) => CoefficientDescent.Pull(problem, gradient, problem.Vectors, into));
        return problem.Joint(Compose());
    }
}
