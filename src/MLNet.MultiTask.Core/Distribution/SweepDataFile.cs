using System.Runtime.InteropServices;
using System.Text.Json;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Distribution;

/// <summary>
/// The data of a sweep as it travels, once per worker: table, rows and seed of every fold. A container as model files
/// are; the table comes back bit by bit.
/// </summary>
internal static class SweepDataFile
{
    private const string Kind = "SweepData";

    /// <summary>Of files that are named by their hash.</summary>
    public const string Extension = ".sweepdata";

    /// <summary>Longest file that is read.</summary>
    public const long MaxBytes = 1L << 40;

    public static void Write(SweepData data, Stream stream)
    {
        TaskTable table = data.Table;
        FeatureMatrix features = table.Features;
        var content = new SweepDataContent(table.RowCount, table.FeatureCount, features.IsSparse,
            table.Weights is not null, table.HasMissingFeatures, [.. table.Tasks.Select(TaskContent.Of)],
            [.. data.Folds.Select(f => f.Seed)]);
        List<Section> sections = [];
        if (features.IsSparse)
        {
            SparseRows rows = features.Sparse!;
            sections.Add(Section.Of("starts",
                [.. Enumerable.Range(0, table.RowCount + 1).Select(r => rows.Starts[r * rows.Blocks])]));
            sections.Add(Section.Of("columns", rows.Columns));
            sections.Add(Bits("values", rows.Values));
        }
        else
            sections.Add(Bits("cells", features.ToArray()));
        sections.Add(Bits("labels", table.Labels));
        if (table.Weights is { } weights)
            sections.Add(Bits("weights", weights));
        foreach (SweepFold fold in data.Folds)
            sections.AddRange(Section.Of("fold", fold.Fitted), Section.Of("held", fold.Held),
                Section.Of("train", fold.Rows.Train), Section.Of("stop", fold.Rows.Validation));
        Section[] named = [.. sections.Select((s, i) => s.Renamed(FormattableString.Invariant($"{i}.{s.Name}")))];
        Container.Write(stream, Kind, JsonSerializer.SerializeToElement(content,
            DistributionJson.Default.SweepDataContent), named);
    }

    /// <exception cref="ModelFormatException">The file is damaged or foreign.</exception>
    public static SweepData Read(Stream stream)
    {
        var reader = ContainerReader.Open(stream, Kind, new MultiTaskModelLoadOptions { MaxBytes = MaxBytes });
        SweepDataContent content = reader.Content(DistributionJson.Default.SweepDataContent);
        IReadOnlyList<Section> sections = reader.ReadSections();
        try
        {
            int next = 0;
            FeatureMatrix features = content.IsSparse
                ? new FeatureMatrix(SparseRows.Of(Ints("starts"), Ints("columns"), Floats("values"), content.Features),
                    content.Rows, content.Features)
                : new FeatureMatrix(Floats("cells"), content.Features);
            float[] labels = Floats("labels");
            var table = new TaskTable(features, [.. content.Tasks.Select(t => t.ToTask())], labels,
                content.HasWeights ? Floats("weights") : null, content.AllowsMissing);
            return new SweepData(table, [.. content.Seeds.Select(seed => SweepFold.Of(table,
                new RowSplit(Ints("fold"), Ints("held")), new RowSplit(Ints("train"), Ints("stop")), seed))]);

            int[] Ints(string name) => sections[next].Name == FormattableString.Invariant($"{next}.{name}")
                ? (int[])sections[next++].Data
                : throw new ModelFormatException("sections", $"'{name}' expected, found '{sections[next].Name}'");

            float[] Floats(string name) => [.. MemoryMarshal.Cast<int, float>(Ints(name))];
        }
        catch (Exception e) when (Container.IsDamage(e))
        {
            throw new ModelFormatException("content", ContainerHeader.Shorten(e.Message), e);
        }
    }

    // A missing label is NaN, which sections of numbers refuse.
    private static Section Bits(string name, float[] values) =>
        Section.Of(name, MemoryMarshal.Cast<float, int>(values).ToArray());
}
