using System.Text.Json.Nodes;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>One arm on one data seed.</summary>
internal sealed record RegretLine(RegretSet Set, RegretArm Arm, double Macro, double Regret, double Percentile,
    double Gain, double Noise)
{
    public double Index => Set.Planted is { } planted && Arm.Grouping is { } own
        ? AdjustedRandIndex.Of(own, planted) : double.NaN;

    private int Singletons => Arm.Grouping?.Groups.Count(g => g.Members.Count == 1) ?? 0;

    public JsonObject ToJson()
    {
        var line = new JsonObject
        {
            ["bench"] = "regret",
            ["set"] = Set.Name,
            ["seed"] = Set.Seed,
            ["arm"] = Arm.Name,
            ["groups"] = Arm.Grouping?.ToString(),
            ["metric"] = Set.MetricName,
            ["macro"] = Number(Macro, 4),
            ["regret"] = Number(Regret, 4),
            ["percentile"] = Number(Percentile, 1),
            ["gainOverCorners"] = Number(Gain, 4),
            ["noise"] = Number(Noise, 4),
            ["adjustedRandIndex"] = Number(Index, 4),
            ["cost"] = Number(Arm.Cost, 2),
        };
        if (Arm.Error is not null)
            line["error"] = Arm.Error;
        if (Set.LeftOut.Count > 0)
            line["tasksLeftOut"] = new JsonArray([.. Set.LeftOut.Select(t => (JsonNode)t)]);
        return line;
    }

    /// <summary>Means over the data seeds of one arm, in the order of the first.</summary>
    public static JsonObject Mean(IReadOnlyList<RegretLine> lines)
    {
        RegretLine[] found = [.. lines.Where(l => l.Arm.Grouping is not null)];
        return new JsonObject
        {
            ["bench"] = "regret mean",
            ["set"] = lines[0].Set.Name,
            ["arm"] = lines[0].Arm.Name,
            ["seeds"] = found.Length,
            ["metric"] = lines[0].Set.MetricName,
            ["macro"] = Of(l => l.Macro, 4),
            ["regret"] = Of(l => l.Regret, 4),
            ["percentile"] = Of(l => l.Percentile, 1),
            ["gainOverCorners"] = Of(l => l.Gain, 4),
            ["gainSd"] = found.Length > 1 ? Number(RegretScore.Noise([[.. found.Select(l => l.Gain)]]), 4) : null,
            ["noise"] = Of(l => l.Noise, 4),
            ["adjustedRandIndex"] = Of(l => l.Index, 3),
            ["singletons"] = Of(l => l.Singletons, 2),
            ["cost"] = Of(l => l.Arm.Cost, 2),
        };

        JsonNode? Of(Func<RegretLine, double> value, int digits) =>
            found.Length > 0 ? Number(found.Average(value), digits) : null;
    }

    private static JsonNode? Number(double value, int digits) => JsonFile.Number(Math.Round(value, digits));
}
