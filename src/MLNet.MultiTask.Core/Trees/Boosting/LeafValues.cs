using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// From a grown structure to a tree: v = −ρ Σg / (Σh + λ) per leaf and output, from the full gradients. A leaf without
/// an observed row of an output takes the value of the nearest node above that has one.
/// </summary>
internal static class LeafValues
{
    public static Tree Fit(GrownTree grown, IGradientRows gradients, int firstOutput, double rate, double l2,
        int threads)
    {
        int leaves = grown.Leaves.Count, outputs = gradients.Outputs, nodes = grown.Nodes.Length;
        // Leaves first, then nodes: gradient and Hessian side by side.
        var sums = new float[leaves + nodes][];
        SharedPool.Run(leaves, threads, l => sums[l] = Sum(grown.Rows.Of(grown.Leaves[l]), gradients));
        var parents = new int[leaves + nodes];
        parents.AsSpan().Fill(-1);
        for (int n = nodes - 1; n >= 0; n--)
        {
            int left = At(grown.Nodes[n].Left, leaves), right = At(grown.Nodes[n].Right, leaves);
            (parents[left], parents[right]) = (leaves + n, leaves + n);
            sums[leaves + n] = new float[2 * outputs];
            TensorPrimitives.Add(sums[left], sums[right], sums[leaves + n]);
        }
        var values = new float[leaves * outputs];
        for (int l = 0; l < leaves; l++)
            for (int j = 0; j < outputs; j++)
            {
                int at = l;
                while (at >= 0 && sums[at][outputs + j] == 0)
                    at = parents[at];
                if (at >= 0)
                    values[l * outputs + j] = (float)(-rate * sums[at][j] / (sums[at][outputs + j] + l2));
            }
        return new Tree(grown.Nodes, values, firstOutput, outputs, grown.Gains,
            [.. grown.Leaves.Select(l => l.Count)]);
    }

    private static int At(int child, int leaves) => child < 0 ? ~child : leaves + child;

    private static float[] Sum(ReadOnlySpan<int> positions, IGradientRows gradients)
    {
        int outputs = gradients.Outputs;
        float[] sum = new float[2 * outputs], scratch = new float[2 * outputs];
        Span<float> first = sum.AsSpan(0, outputs), second = sum.AsSpan(outputs);
        foreach (int p in positions)
        {
            GradientRow row = gradients.Row(p, scratch);
            TensorPrimitives.Add(first, row.First, first);
            TensorPrimitives.Add(second, row.Second, second);
        }
        return sum;
    }
}
