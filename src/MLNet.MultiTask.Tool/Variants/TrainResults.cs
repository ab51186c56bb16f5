using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Models;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>Everything that <c>train</c> found out.</summary>
internal sealed record TrainResults
{
    public required DataSet Data { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>The trained variants, in the order asked for.</summary>
    public required IReadOnlyList<Variant> Variants { get; init; }

    /// <summary>The trivial predictor on the test rows.</summary>
    public required MultiTaskMetrics Trivial { get; init; }

    /// <summary>How the grouping was chosen; null where it was given.</summary>
    public required SweepResult? Search { get; init; }

    private Variant? Grouped => Variants.FirstOrDefault(a => a.Arm.Text == Variant.Grouped);

    public void Show(ToolConsole console)
    {
        if (Search is not null)
            console.Show(new SearchReport(Search).ToTable());
        console.Show(new VariantReport(Variants, Trivial).ToTable());
        if (Grouped is not null)
            console.Output.WriteLine($"groups: {Grouped.Grouping.ToString([.. Data.Table.Tasks.Select(t => t.Name)])}");
    }

    /// <summary>
    /// Saves the grouped model as a pipeline from the raw columns of the file: in ML.NET's format where the name ends
    /// in .zip, otherwise in the library's own.
    /// </summary>
    public void Save(OutputFile file)
    {
        var context = new MLContext(0);
        RawPipeline pipeline = RawPipeline.Of(context, Grouped!.Model, Data);
        bool isZip = Path.GetExtension(file.Path).Equals(".zip", StringComparison.OrdinalIgnoreCase);
        file.Write(stream =>
        {
            if (isZip)
                pipeline.SaveZip(context, stream);
            else
                pipeline.Save(context, stream);
        });
    }

    /// <summary>Writes what somebody must know who is handed the grouped model, measured on the test rows.</summary>
    /// <param name="file">JSON where its name ends in .json, otherwise Markdown.</param>
    /// <param name="name">Name of the model.</param>
    public void WriteCard(OutputFile file, string name)
    {
        ModelCard card = ModelCard.Create(name, Grouped!.Model, Data.Table,
            [.. Data.Split.Train, .. Data.Split.Validation], [Grouped.Metrics], Search?.Affinity,
            [$"Metrics are of {Counted.Of(Data.Split.Test.Length, "test row")} that took no part in the training.",
                $"How the data was read: {Data.Reading}"]);
        bool isJson = Path.GetExtension(file.Path).Equals(".json", StringComparison.OrdinalIgnoreCase);
        file.Write(stream => stream.Write(Encoding.UTF8.GetBytes(isJson ? card.ToJson() : card.ToMarkdown())));
    }

    public JsonObject ToJson() => new()
    {
        ["splitCheck"] = Data.Split.Check(),
        ["reading"] = Data.ReadingToJson(),
        ["seed"] = Seed,
        ["rows"] = Data.Split.FileRows.Length,
        ["features"] = Data.Table.FeatureCount,
        ["tasks"] = JsonFile.Texts(Data.Table.Tasks.Select(t => t.Name)),
        ["testLabels"] = MetricReport.Counts(Trivial),
        ["grouping"] = Grouped?.Grouping.ToString(),
        ["search"] = Search is null ? null : new SearchReport(Search).ToJson(),
        ["arms"] = new VariantReport(Variants, Trivial).ToJson(),
        ["constant"] = MetricReport.ToJson(Trivial),
    };
}
