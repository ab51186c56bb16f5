namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>delta-guided</c>: CoDiEmb's fusion of experts (2025): in every tensor an expert counts as far as it has moved
/// there from the initial weights, θ^l = Σ_k α_k^l·θ_k^l with α_k^l = ‖τ_k^l‖ / Σ_j ‖τ_j^l‖. Where nobody has moved all
/// count alike.
/// </summary>
internal sealed class DeltaGuidedFusion : IModelMerging
{
    public MergedModule Merge(MergingProblem problem) => problem.Joint(
        CoefficientDescent.Compose(problem, Weights(problem.Vectors, problem.Blocks), problem.Initial,
            problem.Vectors));

    /// <summary>α, T×L row-major; in every tensor they sum to 1, so that θ = θ₀ + Σ α·τ.</summary>
    public static double[] Weights(IReadOnlyList<float[]> vectors, IReadOnlyList<MergingBlock> blocks)
    {
        var weights = new double[vectors.Count * blocks.Count];
        for (int l = 0; l < blocks.Count; l++)
        {
            double[] lengths = [.. vectors.Select(v => (double)System.Numerics.Tensors.TensorPrimitives.Norm<float>(
                v.AsSpan(blocks[l].Offset, blocks[l].Length)))];
            double sum = lengths.Sum();
            for (int k = 0; k < lengths.Length; k++)
                weights[k * blocks.Count + l] = sum > 0 ? lengths[k] / sum : 1.0 / lengths.Length;
        }
        return weights;
    }
}
