using System.Text.Json.Nodes;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>One method on one set with one seed.</summary>
/// <param name="Set">The set.</param>
/// <param name="Method">Its text.</param>
/// <param name="Seed">Of the experts.</param>
/// <param name="Gain">Δm over the experts apart in percent; NaN where the method refused.</param>
/// <param name="Primary">Mean over the tasks of their first metric.</param>
/// <param name="Bytes">Of the numbers kept.</param>
/// <param name="Seconds">Of training, or of merging trained experts.</param>
/// <param name="Refused">Why there is no model; null where there is one.</param>
internal sealed record MergingMeasurement(string Set, string Method, int Seed, double Gain, double Primary, long Bytes,
    double Seconds, string? Refused)
{
    public JsonObject Line()
    {
        var line = new JsonObject
        {
            ["bench"] = "merging",
            ["set"] = Set,
            ["method"] = Method,
            ["seed"] = Seed,
            ["delta_m_percent"] = JsonFile.Number(Math.Round(Gain, 3)),
            ["primary"] = JsonFile.Number(Math.Round(Primary, 5)),
            ["bytes"] = Bytes,
            ["seconds"] = Math.Round(Seconds, 3),
        };
        if (Refused is not null)
            line["refused"] = Refused;
        return line;
    }

    /// <summary>
    /// Mean over what was not refused, and the deviation of seeds; over several sets, that of a seed's mean.
    /// </summary>
    public static JsonObject Summary(string set, string method, IReadOnlyList<MergingMeasurement> all)
    {
        MergingMeasurement[] made = [.. all.Where(m => m.Refused is null)];
        double[] gains = [.. made.GroupBy(m => m.Seed).Select(s => s.Average(m => m.Gain))];
        double mean = gains.Length == 0 ? double.NaN : gains.Average();
        return new JsonObject
        {
            ["bench"] = "merging summary",
            ["set"] = set,
            ["method"] = method,
            ["seeds"] = gains.Length,
            ["refused"] = all.Count - made.Length,
            ["delta_m_percent"] = JsonFile.Number(Math.Round(mean, 3)),
            ["sd_percent"] = gains.Length < 2 ? 0
                : Math.Round(Math.Sqrt(gains.Sum(g => (g - mean) * (g - mean)) / (gains.Length - 1)), 3),
            ["primary"] = made.Length == 0 ? null : Math.Round(made.Average(m => m.Primary), 5),
            ["bytes"] = made.Length == 0 ? null : (long)made.Average(m => m.Bytes),
            ["seconds"] = made.Length == 0 ? null : Math.Round(made.Average(m => m.Seconds), 3),
        };
    }
}
