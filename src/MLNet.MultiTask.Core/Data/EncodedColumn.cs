namespace MLNet.MultiTask;

/// <summary>What a <see cref="FeatureEncoder"/> learned about one column; plain data, fit for a file.</summary>
public sealed record EncodedColumn
{
    /// <summary>The raw column's name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Categorical: the values seen in training, in ordinal order, each a 0/1 feature; a value not among them gives all
    /// zeros. Null = numeric.
    /// </summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Numeric: stands in for a missing value.</summary>
    public double Median { get; init; }

    /// <summary>Numeric: subtracted.</summary>
    public double Mean { get; init; }

    /// <summary>Numeric: divided by; positive.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Numeric: whether a second feature says where the value is missing (1) and where not (0).</summary>
    public bool HasIndicator { get; init; }

    /// <summary>Number of features that the column becomes.</summary>
    public int FeatureCount => Categories?.Count ?? (HasIndicator ? 2 : 1);

    /// <summary>The feature of a number; NaN = missing. Infinite where the number is too far from the mean.</summary>
    internal float Encode(double number) => (float)(((double.IsNaN(number) ? Median : number) - Mean) / Scale);

    internal void ThrowIfInvalid()
    {
        if (string.IsNullOrEmpty(Name))
            throw new ArgumentException("A column of the encoder has no name");
        if (!double.IsFinite(Median) || !double.IsFinite(Mean))
            throw new ArgumentException($"Median {Median} or mean {Mean} of column '{Name}' is not finite");
        if (!(Scale > 0 && double.IsFinite(Scale)))
            throw new ArgumentException($"Scale of column '{Name}' is {Scale}; expected a finite number above 0");
        if (Categories is null)
            return;
        if (HasIndicator)
            throw new ArgumentException($"Column '{Name}' of categories cannot have an indicator of missing values");
        if (Categories.Count == 0)
            throw new ArgumentException($"Column '{Name}' has no categories");
        for (int i = 1; i < Categories.Count; i++)
            if (string.CompareOrdinal(Categories[i - 1], Categories[i]) >= 0)
                throw new ArgumentException($"Categories of column '{Name}' are not in ordinal order at " +
                    $"'{Categories[i]}'");
    }
}
