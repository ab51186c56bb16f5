namespace MLNet.MultiTask.Trees;

/// <summary>Derivatives of the loss at every cell, row by row: held, or computed when they are asked for.</summary>
internal interface IGradientRows
{
    /// <summary>Number of rows.</summary>
    int Count { get; }

    /// <summary>Number of outputs.</summary>
    int Outputs { get; }

    /// <summary>The derivatives of one row, valid until the scratch is written again.</summary>
    /// <param name="position">The row.</param>
    /// <param name="scratch">Twice <see cref="Outputs"/> numbers, in which the answer may lie.</param>
    GradientRow Row(int position, Span<float> scratch);
}

/// <summary>One row's derivatives, one per output; 0 where the output is not observed.</summary>
/// <param name="first">The gradient.</param>
/// <param name="second">The Hessian's diagonal.</param>
internal readonly ref struct GradientRow(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
{
    public ReadOnlySpan<float> First { get; } = first;

    public ReadOnlySpan<float> Second { get; } = second;
}
