using System.Globalization;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Tool.Output;
using Spectre.Console;

namespace MLNet.MultiTask.Benchmarks;

/// <summary>The check of an affinity, for people and for files.</summary>
internal static class ValidationReport
{
    public static Table ToTable(AffinityValidationResult result)
    {
        Table table = Tables.Create("estimate against",
            result.FromScratch is null ? ["fine-tuned"] : ["fine-tuned", "from scratch", "each at its own best"]);
        AffinityAgreement[] scratch =
            result is { FromScratch: { } common, OwnBest: { } own } ? [common, own] : [];
        void Row(string name, Func<AffinityAgreement, string> value) =>
            Tables.AddRow(table, [name, value(result.FineTuned), .. scratch.Select(value)]);
        Row("correlation within tasks", a => Tables.Number(a.WithinTaskPearson));
        Row("  ceiling set by the truth's noise", a => Tables.Number(a.NoiseCeiling));
        Row("correlation over all", a => Tables.Number(a.Pearson));
        Row("relative error", a => Percent(a.RelativeError));
        Row("  of doing nothing", a => Percent(a.TrivialRelativeError));
        Row("  left by the truth's noise", a => Percent(a.NoiseFloor));
        Row("losses within 90 % intervals", a => Percent(a.Coverage));
        Row("grouping regret", a => Tables.Number(a.GroupingRegret));
        Row("operations, of really training", a => Percent(a.FlopsRatio));
        Row("time, of really training", a => Percent(a.TimeRatio));
        if (result.FromScratch is not null)
            Tables.AddRow(table,
                ["fine-tuning, correlated within tasks", "", Tables.Number(result.FineTunedAgainstScratch), ""]);
        return table;
    }

    public static JsonObject ToJson(AffinityValidationResult result)
    {
        var json = new JsonObject
        {
            ["subsets"] = result.Subsets.Count,
            ["fineTuningEpochs"] = result.FineTuningEpochs,
            ["fineTunedAgainstScratch"] = JsonFile.Number(result.FineTunedAgainstScratch),
            ["fineTuned"] = Agreement(result, result.FineTuned),
        };
        if (result.FromScratch is { } scratch)
            json["fromScratch"] = Agreement(result, scratch);
        if (result.OwnBest is { } own)
            json["ownBest"] = Agreement(result, own);
        return json;
    }

    private static JsonObject Agreement(AffinityValidationResult result, AffinityAgreement agreement) => new()
    {
        ["runs"] = agreement.Runs,
        ["relativeError"] = JsonFile.Number(agreement.RelativeError),
        ["trivialRelativeError"] = JsonFile.Number(agreement.TrivialRelativeError),
        ["noiseFloor"] = JsonFile.Number(agreement.NoiseFloor),
        ["pearson"] = JsonFile.Number(agreement.Pearson),
        ["withinTaskPearson"] = JsonFile.Number(agreement.WithinTaskPearson),
        ["withinTaskSpearman"] = JsonFile.Number(agreement.WithinTaskSpearman),
        ["coverage"] = JsonFile.Number(agreement.Coverage),
        ["noiseCeiling"] = JsonFile.Number(agreement.NoiseCeiling),
        ["relativeStep"] = JsonFile.Number(result.RelativeStep),
        ["linearizationError"] = JsonFile.Number(result.LinearizationError),
        ["groupingRegret"] = JsonFile.Number(agreement.GroupingRegret),
        ["flopsRatio"] = JsonFile.Number(agreement.FlopsRatio),
        ["timeRatio"] = JsonFile.Number(agreement.TimeRatio),
        ["seconds"] = agreement.SecondsPerSubset,
    };

    private static string Percent(double value) =>
        double.IsNaN(value) ? "–" : (100 * value).ToString("F2", CultureInfo.InvariantCulture) + " %";
}
