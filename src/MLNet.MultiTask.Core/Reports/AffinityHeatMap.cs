using MLNet.MultiTask.Data;
using System.Globalization;
using System.Net;
using System.Text;

namespace MLNet.MultiTask.Reports;

/// <summary>
/// Draws a task affinity as a picture (SVG text): rows = targets, columns = sources, tasks ordered by group, groups
/// framed. Blue helps, red hurts; pairs that were not measured are grey; the diagonal is left empty, since a task says
/// nothing about itself.
/// </summary>
public static class AffinityHeatMap
{
    private const int Cell = 26;
    private const int LegendHeight = 46;

    /// <summary>The picture of an affinity, ordered by a grouping.</summary>
    /// <param name="affinity">T×T.</param>
    /// <param name="grouping">A grouping of the same T tasks; null = all in one group, in their own order.</param>
    /// <exception cref="ArgumentException">The grouping has another number of tasks.</exception>
    public static string ToSvg(TaskAffinity affinity, TaskGrouping? grouping = null)
    {
        ArgumentNullException.ThrowIfNull(affinity);
        grouping ??= TaskGrouping.All(affinity.Count);
        if (grouping.TaskCount != affinity.Count)
            throw new ArgumentException($"Grouping has {Counted.Of(grouping.TaskCount, "task")}, affinity " +
                $"{affinity.Count}",
                nameof(grouping));

        int[] order = [.. grouping.Groups.SelectMany(g => g.Served)];
        int margin = 16 + (int)(6.2 * affinity.TaskNames.Max(name => name.Length));
        int side = Cell * affinity.Count;
        int width = Math.Max(margin + side + 16, margin + 520);
        double scale = LargestOffDiagonal(affinity);
        var svg = new StringBuilder();
        Line(svg, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{margin + side + LegendHeight}" font-family="sans-serif" font-size="11">
            <title>Task affinity ({WebUtility.HtmlEncode(affinity.Method)})</title>
            <rect width="100%" height="100%" fill="white"/>
            """);
        for (int i = 0; i < order.Length; i++)
            Label(svg, affinity.TaskNames[order[i]], margin, i);
        for (int row = 0; row < order.Length; row++)
            for (int column = 0; column < order.Length; column++)
                if (row != column)
                    Square(svg, affinity, order[row], order[column], margin + Cell * column,
                        margin + Cell * row, scale);
        Frames(svg, grouping, margin);
        Line(svg, $"""
            <text x="{margin}" y="{margin + side + 18}">row gains (blue) or loses (red) when trained with column; full colour = ±{scale:G3}</text>
            <text x="{margin}" y="{margin + side + 34}" fill="#555">{WebUtility.HtmlEncode(affinity.Method)}; frames = groups</text>
            </svg>
            """);
        return svg.ToString();
    }

    private static double LargestOffDiagonal(TaskAffinity affinity)
    {
        double largest = 0;
        for (int i = 0; i < affinity.Count; i++)
            for (int j = 0; j < affinity.Count; j++)
                if (i != j)
                    largest = Math.Max(largest, Math.Abs(affinity[i, j]));
        return largest > 0 ? largest : 1;
    }

    private static void Label(StringBuilder svg, string name, int margin, int i)
    {
        string text = WebUtility.HtmlEncode(name);
        int middle = margin + Cell * i + Cell / 2;
        Line(svg, $"""
            <text x="{margin - 6}" y="{middle + 4}" text-anchor="end">{text}</text>
            <text transform="translate({middle + 4},{margin - 6}) rotate(-90)">{text}</text>
            """);
    }

    private static void Square(StringBuilder svg, TaskAffinity affinity, int target, int source, int x,
        int y, double scale)
    {
        bool measured = affinity.IsMeasured(target, source);
        double value = affinity[target, source];
        string text = measured ? value.ToString("G4", CultureInfo.InvariantCulture) : "not measured";
        string pair = WebUtility.HtmlEncode($"{affinity.TaskNames[target]} ← {affinity.TaskNames[source]}");
        Line(svg, $"""
            <rect x="{x}" y="{y}" width="{Cell}" height="{Cell}" fill="{(measured ? Colour(value / scale) : "#ddd")}"><title>{pair}: {text}</title></rect>
            """);
    }

    /// <summary>White at 0, blue at +1, red at −1 (the ends of ColorBrewer's RdBu).</summary>
    private static string Colour(double value)
    {
        (int r, int g, int b) = value >= 0 ? (33, 102, 172) : (178, 24, 43);
        double t = Math.Min(1, Math.Abs(value));
        return string.Create(CultureInfo.InvariantCulture, $"#{Mix(r, t):x2}{Mix(g, t):x2}{Mix(b, t):x2}");
    }

    private static int Mix(int end, double t) => (int)Math.Round(255 + (end - 255) * t);

    private static void Frames(StringBuilder svg, TaskGrouping grouping, int margin)
    {
        int start = margin;
        foreach (TaskGroup group in grouping.Groups)
        {
            int size = Cell * group.Served.Count;
            Line(svg, $"""
                <rect x="{start}" y="{start}" width="{size}" height="{size}" fill="none" stroke="black" stroke-width="1.5"/>
                """);
            start += size;
        }
    }

    private static void Line(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
