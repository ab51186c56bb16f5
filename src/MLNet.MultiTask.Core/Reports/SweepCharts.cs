using System.Globalization;
using System.Net;
using System.Text;
using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Reports;

/// <summary>The charts of a <see cref="SweepReport"/>, as SVG in the page's colours.</summary>
internal static class SweepCharts
{
    private const int Width = 760;

    /// <summary>Loss of every trial over the trials, the best so far, the choice; failed trials on the floor.</summary>
    public static string Trials(SweepResult result)
    {
        const int height = 300, left = 64, bottom = 262, top = 14;
        SweepTrial[] known = [.. result.Trials.Where(t => double.IsFinite(t.Loss))];
        double[] completed = [.. known.Where(t => t.Status == SweepTrialStatus.Completed).Select(t => t.Loss)];
        // One trial that went wrong must not flatten all others.
        double high = Math.Min(known.Max(t => t.Loss),
            completed.Min() + 4 * Math.Max(1e-9, Median(completed) - completed.Min()));
        var y = new ChartAxis(completed.Min(), Math.Max(high, completed.Min()), bottom, top);
        var x = new ChartAxis(1, Math.Max(2, result.Trials.Count), left + 12, Width - 16, 10);
        StringBuilder svg = Begin($"Loss of {result.Trials.Count} trials", height);
        foreach (double tick in y.Ticks)
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{left}\" y1=\"{y.At(tick):F1}\" " +
                $"x2=\"{Width - 8}\" y2=\"{y.At(tick):F1}\"/><text x=\"{left - 8}\" y=\"{y.At(tick) + 4:F1}\" " +
                $"text-anchor=\"end\">{y.Label(tick)}</text>\n");
        foreach (double tick in x.Ticks.Where(t => t >= 1 && t <= result.Trials.Count && t == Math.Floor(t)))
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x.At(tick):F1}\" y=\"{bottom + 20}\" " +
                $"text-anchor=\"middle\">{tick:F0}</text>\n");
        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{Width - 8}\" y=\"{height - 4}\" text-anchor=\"end\">trial" +
            $"</text>\n").Append(Steps(result.Trials, x, y));
        foreach (SweepTrial trial in result.Trials)
            svg.Append(Mark(trial, trial.Number == result.Best.Number, x, y, bottom, top));
        return svg.Append("</svg>").ToString();
    }

    /// <summary>
    /// Per task how much lower its loss is with the choice than alone and than all together, with a standard error.
    /// </summary>
    public static string Gains(SweepResult result, IReadOnlyList<string> names)
    {
        const int band = 40, right = 24;
        SweepArm[] arms = [
            .. result.Table.Where(a => a.Name is "single" or "all" && a.Trial.Number != result.Best.Number)];
        (double Gain, double Error)[][] gains = [.. arms.Select(a => Gains(a.Trial, result.Best))];
        int left = 24 + (int)(7.2 * Math.Min(28, names.Max(n => n.Length)));
        int height = band * names.Count + 34, bottom = band * names.Count + 8;
        double[] ends = [.. gains.SelectMany(g => g).Where(g => double.IsFinite(g.Gain))
            .SelectMany(g => new[] { g.Gain - Known(g.Error), g.Gain + Known(g.Error) }).Append(0)];
        var x = new ChartAxis(ends.Min(), ends.Max(), left, Width - right, 6);
        StringBuilder svg = Begin($"What {names.Count} tasks gain by the choice", height);
        foreach (double tick in x.Ticks)
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"{(tick == 0 ? "zero" : "grid")}\" " +
                $"x1=\"{x.At(tick):F1}\" y1=\"4\" x2=\"{x.At(tick):F1}\" y2=\"{bottom}\"/><text " +
                $"x=\"{x.At(tick):F1}\" " +
                $"y=\"{bottom + 18}\" text-anchor=\"middle\">{x.Label(tick)}</text>\n");
        for (int t = 0; t < names.Count; t++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"name\" x=\"{left - 12}\" y=\"{t * band + 28}\" " +
                $"text-anchor=\"end\">{Short(names[t])}</text>\n");
            for (int a = 0; a < arms.Length; a++)
                svg.Append(Bar(gains[a][t], arms[a].Name, t * band + 10 + 15 * a, x, names[t]));
        }
        return svg.Append("</svg>").ToString();
    }

    /// <summary>Differences per task, over the folds that both trials were judged in.</summary>
    internal static (double Gain, double Error)[] Gains(SweepTrial other, SweepTrial choice)
    {
        bool again = other.Confirmations.Count > 0 && choice.Confirmations.Count > 0;
        var (theirs, own) = again ? (other.Confirmations, choice.Confirmations) : (other.Losses, choice.Losses);
        return [.. Enumerable.Range(0, choice.Point.Grouping.TaskCount).Select(t =>
        {
            double[] gains = [.. theirs.Zip(own, (a, b) => a[t] - b[t])];
            return (SweepLosses.Average(gains), SweepLosses.FoldError(gains));
        })];
    }

    private static string Steps(IReadOnlyList<SweepTrial> trials, ChartAxis x, ChartAxis y)
    {
        var path = new StringBuilder();
        double best = double.PositiveInfinity;
        foreach (SweepTrial trial in trials)
        {
            if (trial.Status == SweepTrialStatus.Completed && trial.Loss < best)
            {
                (string to, string down) = path.Length == 0 ? ("M", ",") : ("H", "V");
                best = trial.Loss;
                path.Append(CultureInfo.InvariantCulture, $"{to}{x.At(trial.Number):F1}{down}{y.At(best):F1}");
            }
        }
        return path.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $"<path class=\"path\" d=\"{path}H{x.At(trials.Count):F1}\"/>\n");
    }

    private static string Mark(SweepTrial trial, bool isChoice, ChartAxis x, ChartAxis y, int bottom, int top)
    {
        string title = WebUtility.HtmlEncode(string.Create(CultureInfo.InvariantCulture,
            $"Trial {trial.Number}: {trial.Point}, " +
            $"{trial.Status}{(double.IsFinite(trial.Loss) ? $", {trial.Loss:F4}" : "")}"));
        if (!double.IsFinite(trial.Loss))
            return string.Create(CultureInfo.InvariantCulture,
                $"<path class=\"failed\" d=\"M{x.At(trial.Number) - 4:F1}," +
                $"{bottom - 4}l8,8m0,-8l-8,8\"><title>{title}</title></path>\n");
        string kind = isChoice ? "choice" : trial.Status == SweepTrialStatus.Stopped ? "stopped" : "dot";
        return string.Create(CultureInfo.InvariantCulture, $"<circle class=\"{kind}\" cx=\"{x.At(trial.Number):F1}\" " +
            $"cy=\"{Math.Max(top, y.At(trial.Loss)):F1}\" " +
            $"r=\"{(isChoice ? 6 : 4)}\"><title>{title}</title></circle>\n");
    }

    private static string Bar((double Gain, double Error) gain, string arm, int top, ChartAxis x, string name)
    {
        if (!double.IsFinite(gain.Gain))
            return "";
        double from = Math.Min(x.At(0), x.At(gain.Gain)), length = Math.Abs(x.At(gain.Gain) - x.At(0));
        string title = WebUtility.HtmlEncode(string.Create(CultureInfo.InvariantCulture,
            $"{name} against {arm}: {gain.Gain:+0.0000;-0.0000;0} ± {gain.Error:F4}"));
        string bar = string.Create(CultureInfo.InvariantCulture, $"<rect class=\"{arm}\" x=\"{from:F1}\" y=\"{top}\" " +
            $"width=\"{Math.Max(1, length):F1}\" height=\"11\"><title>{title}</title></rect>");
        return bar + (double.IsNaN(gain.Error) ? "\n" : string.Create(CultureInfo.InvariantCulture,
            $"<line class=\"error\" x1=\"{x.At(gain.Gain - gain.Error):F1}\" " +
            $"x2=\"{x.At(gain.Gain + gain.Error):F1}\" " +
            $"y1=\"{top + 5.5}\" y2=\"{top + 5.5}\"/>\n"));
    }

    private static StringBuilder Begin(string title, int height) => new StringBuilder().Append(
        CultureInfo.InvariantCulture, $"<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" " +
        $"viewBox=\"0 0 {Width} {height}\">\n<title>{title}</title>\n");

    private static double Known(double error) => double.IsNaN(error) ? 0 : error;

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static string Short(string name) => WebUtility.HtmlEncode(name.Length <= 28 ? name : name[..27] + "…");
}
