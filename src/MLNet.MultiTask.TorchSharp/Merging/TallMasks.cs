namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>tall-masks(threshold=0.4)</c>: every task keeps the entries of the summed vector τ that are its own,
/// m_t = 1[|τ_t| ≥ λ_t·|τ − τ_t|], and is served by θ₀ + m_t∘τ (Wang et al., "Localizing task information for improved
/// model merging and compression", ICML 2024, equation 3). A mask is one bit a parameter. Without a threshold each λ_t
/// is the one of 0.2 to 0.6 that serves the task best on held-out rows, as in the paper.
/// </summary>
internal sealed class TallMasks(MethodSettings settings) : IModelMerging
{
    private static readonly double[] Thresholds = [0.2, 0.3, 0.4, 0.5, 0.6];
    private readonly double? _threshold = settings.OptionalNumber("threshold", 0, 1000);

    public MergedModule Merge(MergingProblem problem)
    {
        float[] sum = TaskArithmetic.Sum(problem.Vectors);
        return MaskedTasks.State(problem, sum, Masks(problem, sum, _threshold));
    }

    /// <summary>T×P masks.</summary>
    public static bool[][] Masks(MergingProblem problem, float[] sum, double? threshold) =>
        [.. problem.Vectors.Select((v, t) => Mask(v, sum, threshold ?? Best(problem, sum, t)))];

    /// <summary>The entries of the sum that are a task's own.</summary>
    public static bool[] Mask(float[] vector, float[] sum, double threshold)
    {
        var mask = new bool[vector.Length];
        for (int i = 0; i < mask.Length; i++)
            mask[i] = Math.Abs(vector[i]) >= threshold * Math.Abs((double)sum[i] - vector[i]);
        return mask;
    }

    /// <summary>v where the mask is set, 0 elsewhere.</summary>
    public static float[] Masked(float[] vector, bool[] mask)
    {
        var masked = new float[vector.Length];
        for (int i = 0; i < masked.Length; i++)
            masked[i] = mask[i] ? vector[i] : 0;
        return masked;
    }

    private static double Best(MergingProblem problem, float[] sum, int task) => Thresholds.MinBy(threshold =>
        problem.Probe.Evaluate(problem.At(Masked(sum, Mask(problem.Vectors[task], sum, threshold)), 1), task,
            problem.Data.Labelled(task), ProbeObjective.Loss, []));
}
