using System.Globalization;

namespace MLNet.MultiTask.Tool.Tests;

/// <summary>
/// A small learnable data set: two numeric and one text feature; a binary, a regression and a multi-class label.
/// </summary>
internal static class SmallData
{
    public const string Header = "id,x,z,color,buys,spends,grade,w";

    /// <summary>Options that name its columns, after --data FILE.</summary>
    public static string[] Labels =>
        ["--label", "buys", "spends", "grade", "--kind", "binary", "regression", "multiclass", "--weight", "w",
            "--ignore", "id"];

    /// <summary>Options of a quick training run.</summary>
    public static string[] Quick => ["--hidden", "8", "--epochs", "5"];

    public static string[] Lines(int rows = 60)
    {
        var random = new RandomStream(3, "small");
        string[] colors = ["red", "green", "blue"];
        var lines = new List<string> { Header };
        for (int i = 0; i < rows; i++)
        {
            double x = random.NextNormal(), z = 100 + 20 * random.NextNormal();
            int color = random.NextInt32(3);
            double signal = x + color - 1 + 0.2 * random.NextNormal();
            string grade = signal < -0.5 ? "C" : signal < 0.5 ? "B" : "A";
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"r{i},{x:F4},{z:F2},{colors[color]},{(signal > 0 ? 1 : 0)},{3 * x + z / 10:F3},{grade},{1 + i % 3}"));
        }
        return [.. lines];
    }

    /// <summary>The lines with one cell replaced.</summary>
    public static string[] With(int row, string column, string cell)
    {
        string[] lines = Lines();
        string[] cells = lines[row + 1].Split(',');
        cells[Array.IndexOf(Header.Split(','), column)] = cell;
        lines[row + 1] = string.Join(',', cells);
        return lines;
    }

    /// <summary>The lines with every cell of a column replaced.</summary>
    public static string[] WithAll(string column, string cell)
    {
        string[] lines = Lines();
        int index = Array.IndexOf(Header.Split(','), column);
        return [lines[0], .. lines[1..].Select(l =>
        {
            string[] cells = l.Split(',');
            cells[index] = cell;
            return string.Join(',', cells);
        })];
    }
}
