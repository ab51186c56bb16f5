using System.Globalization;
using System.Net;
using System.Text;

namespace MLNet.MultiTask.Reports;

/// <summary>The charts of a <see cref="SweepReport"/>, as SVG in the page's colours.</summary>
internal static class SweepCharts
{
    private const int Width = 720;
    private const int Height = 240;
    private const int Left = 60;
    private const int Bottom = 30;

    /// <summary>Loss of every trial, and the best so far; failed and stopped ones are left out.</summary>
    public static string Trials(IReadOnlyList<SweepTrial> trials)
    {
        SweepTrial[] completed = [.. trials.Where(t => t.Status == SweepTrialStatus.Completed)];
        double low = completed.Min(t => t.Loss), high = Math.Max(completed.Max(t => t.Loss), low + 1e-9);
        var svg = Begin($"Loss of {completed.Length} completed trials", Height);
        Axis(svg, low, high);
        var path = new StringBuilder();
        double best = double.PositiveInfinity;
        foreach (SweepTrial trial in completed)
        {
            best = Math.Min(best, trial.Loss);
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? 'M' : 'L')}{X(trial):F1},{Y(best):F1}");
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"{(trial.Loss == best ? "best" : "dot")}\" " +
                $"cx=\"{X(trial):F1}\" cy=\"{Y(trial.Loss):F1}\" r=\"4\"><title>Trial {trial.Number}: " +
                $"{WebUtility.HtmlEncode(trial.Point.ToString())}, {trial.Loss:F4}</title></circle>\n");
        }
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"path\" d=\"{path}\"/>\n" +
            $"<text x=\"{Width - 10}\" y=\"{Height - 8}\" text-anchor=\"end\">trial {trials.Count}</text>\n");
        return svg.Append("</svg>").ToString();

        double X(SweepTrial trial) => Left + 10 + (Width - Left - 20.0) * trial.Number / (trials.Count + 1);

        double Y(double loss) => 10 + (Height - Bottom - 20.0) * (high - loss) / (high - low);
    }

    /// <summary>One bar per task: how much lower its loss is with the choice than alone.</summary>
    public static string Gains(SweepResult result, IReadOnlyList<string> names)
    {
        const int bar = 22;
        SweepArm reference = result.Table[0];
        double[] gains = [.. reference.Trial.TaskLosses.Zip(result.Best.TaskLosses, (alone, own) => alone - own)];
        double largest = Math.Max(1e-9, gains.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
        int margin = 20 + 8 * Math.Min(30, names.Max(n => n.Length)), height = bar * gains.Length + 20;
        double middle = margin + (Width - margin) / 2.0, half = (Width - margin) / 2.0 - 70;
        var svg = Begin($"Loss alone minus loss of the choice, {gains.Length} tasks", height);
        svg.Append(CultureInfo.InvariantCulture,
            $"<line class=\"axis\" x1=\"{middle:F1}\" y1=\"0\" x2=\"{middle:F1}\" y2=\"{height}\"/>\n");
        for (int t = 0; t < gains.Length; t++)
        {
            double length = double.IsFinite(gains[t]) ? half * Math.Abs(gains[t]) / largest : 0;
            bool helps = gains[t] >= 0;
            svg.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{margin - 8}\" y=\"{t * bar + 16}\" text-anchor=\"end\">{Short(names[t])}</text>\n" +
                $"<rect class=\"{(helps ? "best" : "lose")}\" x=\"{(helps ? middle : middle - length):F1}\" " +
                $"y=\"{t * bar + 4}\" width=\"{length:F1}\" height=\"{bar - 8}\"/>\n" +
                $"<text x=\"{(helps ? middle + length + 4 : middle - length - 4):F1}\" y=\"{t * bar + 16}\" " +
                $"text-anchor=\"{(helps ? "start" : "end")}\">{gains[t]:+0.0000;-0.0000;0}</text>\n");
        }
        return svg.Append("</svg>").ToString();
    }

    private static StringBuilder Begin(string title, int height) => new StringBuilder().Append(
        CultureInfo.InvariantCulture, $"<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" " +
        $"viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\">\n<title>{title}</title>\n");

    private static void Axis(StringBuilder svg, double low, double high) => svg.Append(CultureInfo.InvariantCulture,
        $"<line class=\"axis\" x1=\"{Left}\" y1=\"0\" x2=\"{Left}\" y2=\"{Height - Bottom}\"/>\n" +
        $"<line class=\"axis\" x1=\"{Left}\" y1=\"{Height - Bottom}\" x2=\"{Width}\" y2=\"{Height - Bottom}\"/>\n" +
        $"<text x=\"{Left - 6}\" y=\"16\" text-anchor=\"end\">{high:F4}</text>\n" +
        $"<text x=\"{Left - 6}\" y=\"{Height - Bottom - 6}\" text-anchor=\"end\">{low:F4}</text>\n");

    private static string Short(string name) => WebUtility.HtmlEncode(name.Length <= 30 ? name : name[..29] + "…");
}
