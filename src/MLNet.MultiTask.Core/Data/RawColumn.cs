namespace MLNet.MultiTask;

/// <summary>One feature column as read, before encoding: numbers, or texts that name categories.</summary>
public sealed class RawColumn
{
    private (string[] Values, Func<int, int> CodeOf)? _coded;
    private string[]? _texts;
    private double[]? _numbers;

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
        (Name, _numbers, NumberOf, RowCount) = (name, numbers, row => numbers[row], numbers.Length);
    }

    /// <summary>A numeric column whose numbers are elsewhere.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="numberOf">The number of each row; NaN = missing, otherwise finite.</param>
    internal RawColumn(string name, int rowCount, Func<int, double> numberOf) =>
        (Name, NumberOf, RowCount) = (name, numberOf, rowCount);

    /// <summary>A categorical column.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="texts">One per row; the empty text is a category of its own.</param>
    public RawColumn(string name, string[] texts)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(texts);
        (Name, _texts, RowCount) = (name, texts, texts.Length);
    }

    /// <summary>A categorical column whose different values are known.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">The values; one may be there twice.</param>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="codeOf">The place of each row's value.</param>
    internal RawColumn(string name, string[] values, int rowCount, Func<int, int> codeOf) =>
        (Name, _coded, RowCount) = (name, (values, codeOf), rowCount);

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>The values of a numeric column; null for a categorical one.</summary>
    public double[]? Numbers => NumberOf is null ? null
        : _numbers ??= [.. Enumerable.Range(0, RowCount).Select(NumberOf)];

    /// <summary>The values of a categorical column; null for a numeric one.</summary>
    public string[]? Texts => NumberOf is not null ? null
        : _texts ??= [.. Enumerable.Range(0, RowCount).Select(row => Coded.Values[Coded.CodeOf(row)])];

    /// <summary>Number of rows.</summary>
    public int RowCount { get; }

    /// <summary>A row's number; null for a categorical column.</summary>
    internal Func<int, double>? NumberOf { get; }

    /// <summary>A categorical column's different values, and the place of each row's.</summary>
    internal (string[] Values, Func<int, int> CodeOf) Coded => _coded ??= Code(_texts!);

    private static (string[], Func<int, int>) Code(string[] texts)
    {
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] places = [.. texts.Select(text =>
        {
            codes.TryAdd(text, codes.Count);
            return codes[text];
        })];
        return ([.. codes.Keys], row => places[row]);
    }
}
