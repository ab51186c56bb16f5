using System.Globalization;
using System.Net;
using System.Text;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Evaluation;

namespace MLNet.MultiTask.Reports;

/// <summary>
/// Draws the check of an affinity (SVG text): one dot per hold-out subset and member, real loss across and estimate up,
/// both centred per task and in standard deviations. In these units a straight line fitted to the dots rises by the
/// correlation within tasks; the steeper, dashed line is the ceiling that the noise of the real runs sets.
/// </summary>
public static class AffinityScatterPlot
{
    private const int Side = 320, Margin = 46, Footer = 54;
    private const double Range = 3.5;

    /// <summary>The picture: one panel for fine-tuning, one for training from scratch where that was done.</summary>
    public static string ToSvg(AffinityValidationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var panels = new List<(string Title, IReadOnlyList<double[]> Truth, AffinityAgreement Agreement)>
        {
            ($"fine-tuned {result.FineTuningEpochs} epochs", result.FineTunedLosses, result.FineTuned),
        };
        if (result is { FromScratchLosses: { } losses, FromScratch: { } scratch })
            panels.Add(("trained from scratch", losses, scratch));
        if (result is { OwnBestLosses: { } best, OwnBest: { } own })
            panels.Add(("from scratch, each task at its own best", best, own));

        var svg = new StringBuilder();
        Line(svg, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{panels.Count * (Side + Margin) + Margin}" height="{Side + Margin + Footer}" font-family="sans-serif" font-size="11">
            <title>{WebUtility.HtmlEncode(result.Affinity.Method)} against real training</title>
            <rect width="100%" height="100%" fill="white"/>
            """);
        for (int p = 0; p < panels.Count; p++)
            Panel(svg, result, panels[p].Title, panels[p].Truth, panels[p].Agreement, Margin + p * (Side + Margin));
        svg.Append("</svg>\n");
        return svg.ToString();
    }

    private static void Panel(StringBuilder svg, AffinityValidationResult result, string title,
        IReadOnlyList<double[]> truth, AffinityAgreement agreement, int left)
    {
        int[][] subsets = [.. result.Subsets];
        double[] x = Standardized(result.Affinity.Count, subsets, [.. truth]),
            y = Standardized(result.Affinity.Count, subsets, [.. result.Estimates]);
        double X(double v) => left + Side * (0.5 + Math.Clamp(v, -Range, Range) / (2 * Range));
        double Y(double v) => Margin + Side * (0.5 - Math.Clamp(v, -Range, Range) / (2 * Range));
        Line(svg, $"""
            <text x="{left}" y="{Margin - 12}" font-size="13">{title}, {agreement.Runs} runs, {subsets.Length} subsets</text>
            <rect x="{left}" y="{Margin}" width="{Side}" height="{Side}" fill="none" stroke="#888"/>
            """);
        string[] names = [.. subsets.SelectMany(s => s.Select(t =>
            $"{result.Affinity.TaskNames[t]} in " +
            $"{{{string.Join(", ", s.Select(m => result.Affinity.TaskNames[m]))}}}"))];
        for (int i = 0; i < x.Length; i++)
            Line(svg, $"""
                <circle cx="{X(x[i]):F1}" cy="{Y(y[i]):F1}" r="2.5" fill="#2166ac" fill-opacity="0.5"><title>{WebUtility.HtmlEncode(names[i])}</title></circle>
                """);
        if (double.IsFinite(agreement.NoiseCeiling))
            Slope(svg, X, Y, agreement.NoiseCeiling, "stroke=\"#b2182b\" stroke-dasharray=\"6 4\"");
        if (double.IsFinite(agreement.WithinTaskPearson))
            Slope(svg, X, Y, agreement.WithinTaskPearson, "stroke=\"#2166ac\" stroke-width=\"1.5\"");
        Line(svg, $"""
            <text x="{left + Side / 2}" y="{Margin + Side + 16}" text-anchor="middle">real loss, centred per task (sd)</text>
            <text transform="translate({left - 10},{Margin + Side / 2}) rotate(-90)" text-anchor="middle">estimate (sd)</text>
            <text x="{left}" y="{Margin + Side + 34}" fill="#2166ac">correlation within tasks {agreement.WithinTaskPearson:F3}</text>
            <text x="{left}" y="{Margin + Side + 48}" fill="#b2182b">ceiling {agreement.NoiseCeiling:F3}</text>
            """);
    }

    private static void Slope(StringBuilder svg, Func<double, double> x, Func<double, double> y, double slope,
        string style) =>
        svg.Append(string.Create(CultureInfo.InvariantCulture,
            $"<line x1=\"{x(-Range):F1}\" y1=\"{y(-Range * slope):F1}\" " +
            $"x2=\"{x(Range):F1}\" y2=\"{y(Range * slope):F1}\" ") + style + "/>\n");

    private static double[] Standardized(int tasks, int[][] subsets, double[][] values)
    {
        double[] centred = SubsetValues.Centred(tasks, subsets, values);
        double sd = Math.Sqrt(centred.Average(v => v * v));
        return sd > 0 ? [.. centred.Select(v => v / sd)] : centred;
    }

    private static void Line(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
