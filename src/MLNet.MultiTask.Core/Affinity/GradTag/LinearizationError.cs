using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;

namespace MLNet.MultiTask.Affinity;

/// <summary>How far linearised outputs are from those of the network that a step leads to.</summary>
internal static class LinearizationError
{
    private const int MostRows = 512, MostPairs = 1 << 16;

    /// <summary>
    /// Σ (u + g·Δ − u')² / Σ max(|u|, |u'|)² over the members' pairs in some validation rows, mean over subsets: u at
    /// W0, u' after the step Δ of trunk and heads.
    /// </summary>
    /// <param name="one">The linearised network.</param>
    /// <param name="subsets">Subsets.</param>
    /// <param name="length">How far they go.</param>
    /// <param name="radius">If given, every step is brought to this length relative to the trunk's.</param>
    public static double Of(LinearizedNetwork one, int[][] subsets, StepLength length, double? radius)
    {
        int most = Math.Min(MostRows, MostPairs / one.Table.Tasks.Count);
        ReadOnlySpan<int> rows = one.ValidationRows.AsSpan(0, Math.Min(one.ValidationRows.Length, Math.Max(1, most)));
        SubsetStep[] steps = [.. subsets.Select(subset => Scaled(one, one.Step(subset, length), radius))];
        var directions = new TrunkVectors(one.Network.Shape, subsets.Length);
        for (int s = 0; s < subsets.Length; s++)
        {
            var step = new float[one.Network.Parameters.Length];
            one.Space.Trunk.AddTo(steps[s].Trunk, step);
            directions.Set(s, step);
        }
        var chunk = new TrunkChunk(one.Network, one.Table, rows.Length);
        chunk.Load(rows);
        var linear = new float[chunk.PairCount * subsets.Length];
        chunk.Features(directions, linear);
        double sum = 0;
        for (int s = 0; s < subsets.Length; s++)
        {
            var moved = new TrunkChunk(one.At(subsets[s], steps[s]), one.Table, rows.Length);
            moved.Load(rows);
            double error = 0, size = 0;
            for (int r = 0; r < rows.Length; r++)
                for (int p = chunk.PairStart[r]; p < chunk.PairStart[r + 1]; p++)
                {
                    int k = Array.IndexOf(subsets[s], chunk.PairTask[p]);
                    if (k < 0)
                        continue;
                    double u = chunk.Pairs[p].Value, exact = moved.Pairs[p].Value;
                    double change = linear[p * subsets.Length + s]
                        + HeadChange(one.Space.Heads, chunk, r, p, steps[s].Head(k));
                    error += (u + change - exact) * (u + change - exact);
                    size += Math.Max(u * u, exact * exact);
                }
            sum += size > 0 ? error / size : 0;
        }
        return sum / subsets.Length;
    }

    private static double HeadChange(HeadSpace? heads, TrunkChunk chunk, int row, int pair, ReadOnlySpan<float> step)
    {
        if (step.IsEmpty)
            return 0;
        var features = new float[step.Length];
        heads!.Features(chunk, row, pair, features);
        return TensorPrimitives.Dot<float>(features, step);
    }

    private static SubsetStep Scaled(LinearizedNetwork one, SubsetStep step, double? radius) =>
        radius is { } wanted && one.RelativeLength(step) is var length and > 0
            ? step.Times((float)(wanted / length)) : step;
}
