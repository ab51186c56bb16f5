using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>What the trainings of <c>bench weightings</c> say together.</summary>
/// <param name="arms">Names of the rows.</param>
/// <param name="sets">Names of the columns.</param>
/// <param name="find">Gain and processor seconds of every seed.</param>
internal sealed class WeightingsTable(IReadOnlyList<WeightingArm> arms, IReadOnlyList<string> sets,
    Func<string, string, IReadOnlyList<(double Gain, double Seconds)>> find)
{
    /// <summary>Mean and deviation over the seeds, of every set and arm that was trained.</summary>
    public IEnumerable<JsonObject> Lines() =>
        from set in sets
        from arm in arms
        let runs = find(set, arm.Name)
        where runs.Count > 0
        select new JsonObject
        {
            ["bench"] = "weightings",
            ["data"] = set,
            ["method"] = arm.Name,
            ["seeds"] = runs.Count,
            ["deltaM"] = JsonFile.Number(Math.Round(Mean(runs), 4)),
            ["deltaMDeviation"] = JsonFile.Number(Math.Round(Deviation(runs), 4)),
            ["seconds"] = Math.Round(runs.Average(r => r.Seconds), 3),
        };

    /// <summary>Markdown: Δm per arm and set, mean over the sets, and time as a multiple of the first arm's.</summary>
    public string Markdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"| Δm % | {string.Join(" | ", sets)} | mean | time |\n|---|")
            .Insert(text.Length, "--:|", sets.Count + 2).Append('\n');
        foreach (WeightingArm arm in arms)
            text.Append(CultureInfo.InvariantCulture, $"| {arm.Name} | ")
                .AppendJoin(" | ", sets.Select(s => Cell(find(s, arm.Name)))).Append(" | ")
                .Append(FormattableString.Invariant($"{Average(arm):F2} | {Time(arm):F2} |")).Append('\n');
        return text.ToString();
    }

    /// <summary>How often equal weights in groups beat the best single weighting of all tasks.</summary>
    public string Verdict()
    {
        string[] plain = [.. arms.Where(a => !a.IsGrouped).Select(a => a.Name)];
        var verdicts = new List<string>();
        foreach (WeightingArm grouped in arms.Where(a => a.IsGrouped))
        {
            string[] done = [
                .. sets.Where(s => find(s, grouped.Name).Count > 0 && plain.Any(p => find(s, p).Count > 0))];
            int won = done.Count(s => Mean(find(s, grouped.Name)) > plain.Max(p => Mean(find(s, p))));
            verdicts.Add($"{grouped.Name}: better than the best of {plain.Length} weightings without groups on {won} " +
                $"of {done.Length} sets, better than equal weights on " +
                $"{done.Count(s => Mean(find(s, grouped.Name)) > Mean(find(s, plain[0])))}");
        }
        return string.Join("; ", verdicts);
    }

    private double Average(WeightingArm arm) => sets.Select(s => Mean(find(s, arm.Name))).Average();

    private double Time(WeightingArm arm) =>
        sets.Average(s => Seconds(find(s, arm.Name))) / sets.Average(s => Seconds(find(s, arms[0].Name)));

    private static double Seconds(IReadOnlyList<(double Gain, double Seconds)> runs) =>
        runs.Count == 0 ? double.NaN : runs.Average(r => r.Seconds);

    private static string Cell(IReadOnlyList<(double Gain, double Seconds)> runs) => runs.Count == 0 ? "–"
        : FormattableString.Invariant($"{Mean(runs):F2} ± {Deviation(runs):F2}");

    private static double Mean(IReadOnlyList<(double Gain, double Seconds)> runs) =>
        runs.Count == 0 ? double.NaN : runs.Average(r => r.Gain);

    private static double Deviation(IReadOnlyList<(double Gain, double Seconds)> runs) => runs.Count < 2 ? 0
        : Math.Sqrt(runs.Sum(r => (r.Gain - Mean(runs)) * (r.Gain - Mean(runs))) / (runs.Count - 1));
}
