using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Observed pairs of one task, kept: derivatives of the output u along the directions of a step, and the loss at W0.
/// The first columns belong to the directions that all tasks share; the rest, if any, to the task's own head.
/// </summary>
internal sealed class TaskFeatures
{
    private readonly ReadOnlyMemory<float> _features;
    private readonly ReadOnlyMemory<OutputLoss> _losses;
    private readonly ReadOnlyMemory<float> _weights;

    /// <param name="features">rows × width, row-major.</param>
    /// <param name="width">Columns.</param>
    /// <param name="losses">One per row.</param>
    /// <param name="weights">One per row, positive.</param>
    /// <param name="squared">Squared error; otherwise logistic loss of u.</param>
    public TaskFeatures(ReadOnlyMemory<float> features, int width, ReadOnlyMemory<OutputLoss> losses,
        ReadOnlyMemory<float> weights, bool squared)
    {
        (_features, Width, _losses, _weights, IsSquared) = (features, width, losses, weights, squared);
        foreach (float w in weights.Span)
            TotalWeight += w;
    }

    public int Rows => _losses.Length;

    public int Width { get; }

    public bool IsSquared { get; }

    public double TotalWeight { get; }

    /// <summary>rows × width.</summary>
    public ReadOnlySpan<float> Features => _features.Span;

    public ReadOnlySpan<OutputLoss> Losses => _losses.Span;

    public ReadOnlySpan<float> Weights => _weights.Span;

    /// <summary>The first <paramref name="rows"/> rows, not copied.</summary>
    public TaskFeatures First(int rows) => new(_features[..(rows * Width)], Width, _losses[..rows], _weights[..rows],
        IsSquared);

    /// <summary>
    /// The mean loss with the outputs moved along a step, u + g·x: no forward pass, but linear in the outputs.
    /// </summary>
    /// <param name="trunk">x of the shared columns.</param>
    /// <param name="head">x of the task's own.</param>
    public double MeanLoss(ReadOnlySpan<float> trunk, ReadOnlySpan<float> head)
    {
        double sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            ReadOnlySpan<float> g = Features.Slice(i * Width, Width);
            double change = TensorPrimitives.Dot(g[..trunk.Length], trunk) +
                (double)TensorPrimitives.Dot(g[trunk.Length..], head);
            sum += Weights[i] * MovedLoss.Of(Losses[i], IsSquared, change).Loss;
        }
        return sum / TotalWeight;
    }
}
