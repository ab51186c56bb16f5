namespace MLNet.MultiTask.Trees;

/// <summary>First and second derivatives of the loss at every cell; 0 where it is not observed.</summary>
/// <param name="count">Number of rows.</param>
/// <param name="outputs">Number of outputs.</param>
internal sealed class OutputGradients(int count, int outputs) : IGradientRows
{
    /// <summary>Number of rows.</summary>
    public int Count { get; } = count;

    /// <summary>Number of outputs.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>rows×outputs.</summary>
    public float[] First { get; } = new float[checked(count * outputs)];

    /// <summary>rows×outputs, the Hessian's diagonal.</summary>
    public float[] Second { get; } = new float[checked(count * outputs)];

    /// <inheritdoc/>
    public GradientRow Row(int position, Span<float> scratch) =>
        new(First.AsSpan(position * Outputs, Outputs), Second.AsSpan(position * Outputs, Outputs));
}
