namespace MLNet.MultiTask.Networks;

/// <summary>
/// By what the step sizes of a tabular network's parameters differ from those of weights (RealMLP, Holzmüller,
/// Grinsztajn, Steinwart 2024).
/// </summary>
internal static class TabularRates
{
    public const float Bias = 0.1f, Embedding = 0.1f, Diagonal = 6;

    /// <summary>The parameters before the heads, range by range.</summary>
    public static IEnumerable<(Range Range, float Rate)> OfTrunk(TabularShape shape)
    {
        yield return (..shape.DiagonalOffset, Embedding);
        yield return (shape.DiagonalOffset..(shape.DiagonalOffset + shape.SlotCount), Diagonal);
        foreach (TabularLayer layer in shape.Layers[..^1])
            yield return (layer.BiasOffset..(layer.SlopeOffset + layer.Outputs), Bias);
    }
}
