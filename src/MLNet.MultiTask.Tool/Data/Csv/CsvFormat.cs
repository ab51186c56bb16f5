using System.Text;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>How a table is written.</summary>
internal sealed record CsvFormat
{
    /// <summary>What separates cells; null = found from the first lines.</summary>
    public char? Separator { get; init; }

    /// <summary>The decimal mark is a comma.</summary>
    public bool DecimalComma { get; init; }

    /// <summary>Encoding where no byte order mark tells it.</summary>
    public Encoding Encoding { get; init; } = Encoding.UTF8;

    /// <summary>Cells that say that a value is not known, in any case of letters; the empty one always does.</summary>
    public IReadOnlyList<string> Missing { get; init; } = CellTexts.UsualMissing;

    /// <summary>The decimal mark.</summary>
    public byte DecimalMark => DecimalComma ? (byte)',' : (byte)'.';
}
