using System.Numerics.Tensors;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// Gradients of one number by what a batch passes through in a tabular network, row-major: what
/// <see cref="TabularPass.Backward"/> computes from <see cref="Outputs"/>.
/// </summary>
internal sealed class TabularSignals
{
    private readonly TabularShape _shape;

    /// <param name="shape">Sizes.</param>
    /// <param name="maxRows">Most rows of a batch.</param>
    public TabularSignals(TabularShape shape, int maxRows)
    {
        _shape = shape;
        int passed = maxRows * shape.Members;
        Inputs = new float[passed * shape.SlotCount];
        Sums = [.. shape.Layers.Select(l => new float[passed * l.Outputs])];
        Slopes = [.. shape.Layers.Select(l => new float[l.IsHead ? 0 : passed * l.Outputs])];
        Direct = new float[shape.LinearSkip ? maxRows * shape.Heads.OutputCount : 0];
        Outputs = Sums[^1];
    }

    /// <summary>By the raw outputs, rows·members × outputs; the caller fills it. The heads learn from it.</summary>
    public float[] Outputs { get; private set; }

    /// <summary>By every layer's sums; the last are those of the outputs from which the layers below learn.</summary>
    public float[][] Sums { get; }

    /// <summary>By each row's activation slopes, layer by layer.</summary>
    public float[][] Slopes { get; }

    /// <summary>By the inputs of the first layer.</summary>
    public float[] Inputs { get; }

    /// <summary>By what the linear path adds, rows × outputs.</summary>
    public float[] Direct { get; }

    /// <summary>Lets layers below learn from each task's outputs times a weight, the heads from the outputs alone.
    /// </summary>
    /// <param name="taskWeights">One per task.</param>
    /// <param name="from">First row.</param>
    /// <param name="to">Behind the last row.</param>
    public void WeighTrunk(ReadOnlySpan<float> taskWeights, int from, int to)
    {
        int width = _shape.Heads.OutputCount;
        for (int row = from * _shape.Members; row < to * _shape.Members; row++)
            for (int t = 0; t < taskWeights.Length; t++)
            {
                int at = row * width + _shape.Heads.OutputOffset(t), count = _shape.Heads.Tasks[t].OutputCount;
                TensorPrimitives.Multiply(Outputs.AsSpan(at, count), taskWeights[t], Sums[^1].AsSpan(at, count));
            }
    }

    /// <summary>Gives the heads signals of their own.</summary>
    public void SeparateHeads() => Outputs = new float[Sums[^1].Length];
}
