using System.Globalization;
using System.Net;
using System.Text;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>One method's mean recovery over the places of the plot.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Points">In order of the plot.</param>
internal sealed record RecoveryCurve(string Method, IReadOnlyList<RecoveryPoint> Points);

/// <summary>Mean recovery over data sets of one kind.</summary>
/// <param name="Noise">Standard deviation of the label noise in units of the signal's.</param>
/// <param name="Misleads">Whether the correlation of labels misleads.</param>
/// <param name="Index">Adjusted Rand index of the groups found.</param>
/// <param name="Area">ROC area of partners against strangers.</param>
internal readonly record struct RecoveryPoint(double Noise, bool Misleads, double Index, double Area);

/// <summary>
/// Draws recovery curves as a picture (SVG text): one panel for the groups, one for the pairs; what guessing reaches is
/// a dashed line. Points where labels mislead stand apart.
/// </summary>
internal static class RecoveryPlot
{
    private const double Left = 60, Top = 40, Width = 330, Height = 300, Gap = 60, RowHeight = 17, Least = -0.2;
    private const int Bold = 3;
    private static readonly string[] s_colors =
        ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"];

    public static string ToSvg(IReadOnlyList<RecoveryCurve> curves)
    {
        double total = Math.Max(Top + Height + 60, Top + RowHeight * curves.Count + 20),
            legend = Left + 2 * Width + Gap + 14;
        var svg = new StringBuilder();
        Line(svg, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{legend + 180}" height="{total}" font-family="sans-serif" font-size="11">
            <title>Recovery of planted groups</title>
            <rect width="100%" height="100%" fill="white"/>
            """);
        Panel(svg, curves, Left, "groups found (adjusted Rand index)", chance: 0, p => p.Index);
        Panel(svg, curves, Left + Width + Gap, "partners above strangers (ROC area)", chance: 0.5, p => p.Area);
        for (int c = 0; c < curves.Count; c++)
        {
            double y = Top + RowHeight * c;
            Line(svg, $"""
                <line x1="{legend}" y1="{y}" x2="{legend + 24}" y2="{y}" {Style(c)}/>
                <text x="{legend + 30}" y="{y + 4}">{WebUtility.HtmlEncode(curves[c].Method)}</text>
                """);
        }
        svg.Append("</svg>\n");
        return svg.ToString();
    }

    private static void Panel(StringBuilder svg, IReadOnlyList<RecoveryCurve> curves, double left, string title,
        double chance, Func<RecoveryPoint, double> value)
    {
        (bool Misleads, double Noise)[] places =
            [.. curves.SelectMany(c => c.Points.Select(p => (p.Misleads, p.Noise))).Distinct().Order()];
        double At(int place) =>
            left + (places.Length == 1 ? Width / 2 : 12 + (Width - 24) * place / (places.Length - 1));
        double X(RecoveryPoint p) => At(Array.IndexOf(places, (p.Misleads, p.Noise)));
        Line(svg, $"""
            <text x="{left}" y="{Top - 14}" font-size="13">{title}</text>
            <rect x="{left}" y="{Top}" width="{Width}" height="{Height}" fill="none" stroke="#888"/>
            <line x1="{left}" y1="{Y(chance):F1}" x2="{left + Width}" y2="{Y(chance):F1}" stroke="gray" stroke-dasharray="4 4"/>
            <text x="{left + Width / 2}" y="{Top + Height + 40}" text-anchor="middle">label noise / signal</text>
            """);
        for (int k = 0; k <= 5; k++)
            Line(svg, $"""<text x="{left - 8}" y="{Y(k / 5.0) + 4:F1}" text-anchor="end">{k / 5.0}</text>""");
        for (int p = 0; p < places.Length; p++)
            Line(svg, $"""
                <text x="{At(p):F1}" y="{Top + Height + 16}" text-anchor="middle">{places[p].Noise}</text>
                <text x="{At(p):F1}" y="{Top + Height + 28}" text-anchor="middle">{(places[p].Misleads ? "misleading" : "")}</text>
                """);
        for (int c = 0; c < curves.Count; c++)
        {
            IReadOnlyList<RecoveryPoint> points = curves[c].Points;
            string Path(bool misleads) => string.Join(' ', points.Where(p => p.Misleads == misleads)
                .Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p):0.#},{Y(value(p)):0.#}")));
            foreach (bool misleads in new[] { false, true })
                if (Path(misleads) is { Length: > 0 } path)
                    Line(svg, $"""<polyline points="{path}" fill="none" {Style(c)}/>""");
            foreach (RecoveryPoint p in points)
                Line(svg, $"""<circle cx="{X(p):0.#}" cy="{Y(value(p)):0.#}" r="2.5" fill="{Color(c)}"/>""");
        }
    }

    private static string Color(int curve) => s_colors[curve % s_colors.Length];

    private static string Style(int curve) =>
        $"stroke=\"{Color(curve)}\" stroke-width=\"{(curve < Bold ? "3" : "1.5")}\"" +
        $"{(curve < s_colors.Length ? "" : " stroke-dasharray=\"6 3\"")}";

    private static double Y(double value) => Top + Height * (1 - value) / (1 - Least);

    private static void Line(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
