using System.Globalization;
using Spectre.Console;

namespace MLNet.MultiTask.Tool.Output;

/// <summary>Plain tables: first column left, numbers right.</summary>
internal static class Tables
{
    public static Table Create(string first, IEnumerable<string> others)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn(new Text(first)).NoWrap());
        foreach (string name in others)
            table.AddColumn(new TableColumn(new Text(name)).RightAligned().NoWrap());
        return table;
    }

    public static void AddRow(Table table, IEnumerable<string> cells) => table.AddRow(cells.Select(c => new Text(c)));

    /// <summary>Four digits behind the point, fewer for large values, "–" where not defined.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "–"
        : value.ToString(Format(Math.Abs(value)), CultureInfo.InvariantCulture);

    private static string Format(double size) => size >= 1000 ? "F1" : size >= 10 ? "F2" : "F4";
}
