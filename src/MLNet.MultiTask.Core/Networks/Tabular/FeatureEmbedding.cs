namespace MLNet.MultiTask;

/// <summary>What a tabular network makes of a number before its first layer.</summary>
public enum FeatureEmbedding
{
    /// <summary>The number itself.</summary>
    None,

    /// <summary>
    /// The number and three linear combinations of 16 learned cosines cos(2πwx + b) (Gorishniy, Rubachev, Babenko
    /// 2022; frequencies and sizes of RealMLP, Holzmüller, Grinsztajn, Steinwart, NeurIPS 2024).
    /// </summary>
    Periodic,

    /// <summary>
    /// Twelve sums of a line and a piecewise-linear function whose bins are quantiles of the training rows (Gorishniy,
    /// Rubachev, Babenko 2022; sizes of TabM, ICLR 2025). The functions begin as lines.
    /// </summary>
    PiecewiseLinear,
}
