using System.Globalization;
using System.Net;
using System.Text;

namespace MLNet.MultiTask.Tool.Bench;

/// <summary>One method's mean recovery at growing noise.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Points">Noise, and the ROC area of partners against strangers.</param>
internal sealed record RecoveryCurve(string Method, IReadOnlyList<(double Noise, double Area)> Points);

/// <summary>Draws recovery curves as a picture (SVG text); 0.5, what guessing reaches, is a dashed line.</summary>
internal static class RecoveryPlot
{
    private const double Left = 60, Top = 30, Width = 480, Height = 320, RowHeight = 17;
    private static readonly string[] Colors =
        ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"];

    public static string ToSvg(IReadOnlyList<RecoveryCurve> curves)
    {
        double[] noises = [.. curves.SelectMany(c => c.Points.Select(p => p.Noise)).Distinct().Order()];
        double total = Math.Max(Top + Height + 60, Top + RowHeight * curves.Count + 20);
        var svg = new StringBuilder();
        Line(svg, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Left + Width + 190}" height="{total}" font-family="sans-serif" font-size="11">
            <title>Recovery of planted groups</title>
            <rect width="100%" height="100%" fill="white"/>
            <line x1="{Left}" y1="{Y(0.5)}" x2="{Left + Width}" y2="{Y(0.5)}" stroke="gray" stroke-dasharray="4 4"/>
            <text x="{Left + Width / 2}" y="{Top + Height + 40}" text-anchor="middle">label noise / signal</text>
            <text x="16" y="{Top + Height / 2}" text-anchor="middle" transform="rotate(-90 16 {Top + Height / 2})">partners above strangers (ROC area)</text>
            """);
        for (int k = 0; k <= 10; k++)
            Line(svg, $"""<text x="{Left - 8}" y="{Y(k / 10.0) + 4}" text-anchor="end">{k / 10.0}</text>""");
        for (int i = 0; i < noises.Length; i++)
            Line(svg, $"""<text x="{X(i, noises.Length)}" y="{Top + Height + 18}" text-anchor="middle">{noises[i]}</text>""");
        for (int c = 0; c < curves.Count; c++)
            Draw(svg, curves[c], c, noises);
        svg.Append("</svg>\n");
        return svg.ToString();
    }

    private static void Draw(StringBuilder svg, RecoveryCurve curve, int index, double[] noises)
    {
        string color = Colors[index % Colors.Length], dash = index < Colors.Length ? "" : " stroke-dasharray=\"6 3\"";
        string points = string.Join(' ',
            curve.Points.OrderBy(p => p.Noise).Select(p => string.Create(CultureInfo.InvariantCulture,
            $"{X(Array.IndexOf(noises, p.Noise), noises.Length):0.#},{Y(p.Area):0.#}")));
        double y = Top + RowHeight * index;
        Line(svg, $"""
            <polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"{dash}/>
            <line x1="{Left + Width + 14}" y1="{y}" x2="{Left + Width + 38}" y2="{y}" stroke="{color}" stroke-width="2"{dash}/>
            <text x="{Left + Width + 44}" y="{y + 4}">{WebUtility.HtmlEncode(curve.Method)}</text>
            """);
    }

    private static double X(int index, int count) => Left + (count == 1 ? Width / 2 : Width * index / (count - 1));

    private static double Y(double area) => Top + Height * (1 - area);

    private static void Line(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
