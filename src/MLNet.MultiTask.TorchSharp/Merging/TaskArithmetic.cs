namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>task-arithmetic(scale=0.3)</c>: θ₀ + λ·Σ_t τ_t (Ilharco et al., "Editing models with task arithmetic", ICLR 2023,
/// section 2). Without a scale λ is the one of 0.1, 0.2 … 1 with the least mean loss on held-out rows, as in the paper.
/// </summary>
internal sealed class TaskArithmetic(MethodSettings settings) : IModelMerging
{
    private static readonly double[] Scales = [.. Enumerable.Range(1, 10).Select(i => i / 10.0)];
    private readonly double? _scale = settings.OptionalNumber("scale", 0, 10);

    public MergedModule Merge(MergingProblem problem) => Scaled(problem, Sum(problem.Vectors), _scale);

    /// <summary>Σ_t τ_t.</summary>
    public static float[] Sum(IReadOnlyList<float[]> vectors)
    {
        var sum = new float[vectors[0].Length];
        foreach (float[] vector in vectors)
            for (int i = 0; i < sum.Length; i++)
                sum[i] += vector[i];
        return sum;
    }

    /// <summary>θ₀ + λ·v in one module for all tasks, λ given or chosen on held-out rows.</summary>
    public static MergedModule Scaled(MergingProblem problem, float[] vector, double? scale, params string[] notes)
    {
        if (scale is { } given)
            return problem.Joint(problem.At(vector, given), notes);
        (double best, float[] shared) = problem.Probe.Best(Scales, s => problem.At(vector, s));
        return problem.Joint(shared, [.. notes, FormattableString.Invariant(
            $"The merged task vector is scaled by {best}, the best of 0.1 to 1 on held-out rows")]);
    }
}
