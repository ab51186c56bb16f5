namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>ties(keep=0.2; scale=0.3)</c>: of every τ_t the share <c>keep</c> of largest magnitude stays; an entry's sign is
/// that of the sum; the mean of the values with that sign is the merged vector (Yadav et al., "TIES-merging", NeurIPS
/// 2023, algorithm 1). Without a scale λ is chosen on held-out rows.
/// </summary>
internal sealed class TiesMerging(MethodSettings settings) : IModelMerging
{
    private readonly double _keep = settings.Number("keep", 0.2, 1e-6, 1);
    private readonly double? _scale = settings.OptionalNumber("scale", 0, 10);

    public MergedModule Merge(MergingProblem problem) =>
        TaskArithmetic.Scaled(problem, Vector(problem.Vectors, _keep), _scale);

    /// <summary>The merged vector before scaling.</summary>
    public static float[] Vector(IReadOnlyList<float[]> vectors, double keep)
    {
        float[][] trimmed = [.. vectors.Select(v => Trim(v, keep))];
        float[] sum = TaskArithmetic.Sum(trimmed), merged = new float[sum.Length];
        for (int i = 0; i < merged.Length; i++)
        {
            double total = 0;
            int count = 0;
            foreach (float[] vector in trimmed)
                if (vector[i] * sum[i] > 0)
                    (total, count) = (total + vector[i], count + 1);
            merged[i] = count == 0 ? 0 : (float)(total / count);
        }
        return merged;
    }

    // Of equal magnitudes at the edge, the earlier entries stay.
    private static float[] Trim(float[] vector, double keep)
    {
        int kept = Math.Clamp((int)Math.Round(keep * vector.Length), 1, vector.Length);
        int[] order = [.. Enumerable.Range(0, vector.Length)];
        Array.Sort(order, (a, b) => MathF.Abs(vector[b]).CompareTo(MathF.Abs(vector[a])) is not 0 and var c
            ? c : a - b);
        var trimmed = new float[vector.Length];
        foreach (int i in order.AsSpan(0, kept))
            trimmed[i] = vector[i];
        return trimmed;
    }
}
