using System.Globalization;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask;

/// <summary>How the raw columns of a table were read; said in one line by <see cref="ToString"/>.</summary>
/// <param name="Numbers">Columns read as numbers.</param>
/// <param name="Categories">Columns read as categories, with the number of their values in training.</param>
/// <param name="LeftOut">The table's other columns.</param>
public sealed record FeatureReading(
    IReadOnlyList<string> Numbers, IReadOnlyDictionary<string, int> Categories, IReadOnlyList<string> LeftOut)
{
    private const int Most = 10;

    /// <summary>Such as <c>2 columns read as numbers (Age, Income), 1 as categories (City: 12 values), 1 left out
    /// (Id)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Counted.Of(Numbers.Count, "column")} read as numbers{List(Numbers)}, {Categories.Count} as categories") +
        List([.. Categories.Select(c => $"{c.Key}: {Counted.Of(c.Value, "value")}")]) +
        string.Create(CultureInfo.InvariantCulture, $", {LeftOut.Count} left out{List(LeftOut)}");

    private static string List(IReadOnlyList<string> items) => items.Count == 0 ? ""
        : $" ({string.Join(", ", items.Take(Most))}{(items.Count > Most ? $" and {items.Count - Most} more" : "")})";
}
