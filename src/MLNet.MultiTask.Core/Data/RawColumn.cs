namespace MLNet.MultiTask;

/// <summary>One feature column as read, before encoding: numbers, or texts that name categories.</summary>
public sealed class RawColumn
{
    /// <summary>A numeric column.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="numbers">One per row; NaN = missing, otherwise finite.</param>
    /// <exception cref="ArgumentException">A number is infinite (column and row are named).</exception>
    public RawColumn(string name, double[] numbers)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(numbers);
        int infinite = Array.FindIndex(numbers, double.IsInfinity);
        if (infinite >= 0)
            throw new ArgumentException($"Column '{name}' is infinite in row {infinite}; " +
                "expected a finite number or NaN (missing)", nameof(numbers));
        (Name, Numbers) = (name, numbers);
    }

    /// <summary>A categorical column.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="texts">One per row; the empty text is a category of its own.</param>
    public RawColumn(string name, string[] texts)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(texts);
        (Name, Texts) = (name, texts);
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>The values of a numeric column; null for a categorical one.</summary>
    public double[]? Numbers { get; }

    /// <summary>The values of a categorical column; null for a numeric one.</summary>
    public string[]? Texts { get; }

    /// <summary>Number of rows.</summary>
    public int RowCount => Numbers?.Length ?? Texts!.Length;
}
