using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Gradients;

/// <summary>
/// The parameters of every task's head, in coordinates ψ/s: those in which a step is penalised by its Euclidean length.
/// A head serves one task only, so the heads of a subset can be left out of its equations exactly, task by task.
/// </summary>
/// <param name="shape">The network.</param>
/// <param name="scale">s of every task, entrywise positive, as <see cref="TrunkChunk.HeadFeatures"/> orders the
/// parameters; null = 1.</param>
internal sealed class HeadSpace(NetworkShape shape, float[][]? scale)
{
    /// <summary>Parameters of a task's head: K outputs with a weight per hidden unit and a bias each.</summary>
    public static int Size(NetworkShape shape, int task) => shape.Tasks[task].OutputCount * (shape.Hidden[^1] + 1);

    /// <summary>Parameters of a task's head.</summary>
    public int Size(int task) => Size(shape, task);

    /// <summary>∂u/∂(ψ/s) of a pair.</summary>
    public void Features(TrunkChunk chunk, int row, int pair, Span<float> into)
    {
        chunk.HeadFeatures(row, pair, into);
        if (scale is not null)
            TensorPrimitives.Multiply(into, scale[chunk.PairTask[pair]], into);
    }

    /// <summary>parameters += s·φ on the head of a task.</summary>
    public void AddTo(int task, ReadOnlySpan<float> step, Span<float> parameters)
    {
        LayerShape head = shape.Layer(shape.LayerCount - 1);
        int first = shape.OutputOffset(task), outputs = shape.Tasks[task].OutputCount, weights = outputs * head.Inputs;
        Add(task, step[..weights], 0, parameters.Slice(head.WeightOffset + first * head.Inputs, weights));
        Add(task, step[weights..], weights, parameters.Slice(head.BiasOffset + first, outputs));
    }

    private void Add(int task, ReadOnlySpan<float> step, int from, Span<float> target)
    {
        if (scale is null)
            TensorPrimitives.Add(target, step, target);
        else
            TensorPrimitives.MultiplyAdd(step, scale[task].AsSpan(from, step.Length), target, target);
    }
}
