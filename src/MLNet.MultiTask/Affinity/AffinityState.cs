using MLNet.MultiTask.Persistence;
using System.Text.Json;
using Microsoft.ML;

namespace MLNet.MultiTask.Affinity;

/// <summary>An affinity transformer as bytes.</summary>
internal static class AffinityState
{
    public static void Save(TaskAffinityTransformer transformer, Stream stream)
    {
        TaskAffinity affinity = transformer.Affinity;
        string[] diagnostics = [.. affinity.Diagnostics.Where(d => double.IsFinite(d.Value)).Select(d => d.Key)
            .Order(StringComparer.Ordinal)];
        var content = new AffinityContent(transformer.OutputColumnName, [.. affinity.TaskNames], affinity.Method,
            affinity.PairCounts is not null, affinity.StandardErrors is not null, diagnostics);
        List<Section> sections = [Section.Of("affinity", affinity.Values.ToArray(), affinity.Count, affinity.Count)];
        if (affinity.PairCounts is { } counts)
            sections.Add(Section.Of("pairCounts", counts, affinity.Count, affinity.Count));
        if (affinity.StandardErrors is { } errors)
            sections.Add(Section.Of("standardErrors", errors, affinity.Count, affinity.Count));
        sections.Add(Section.Of("diagnostics", [.. diagnostics.Select(d => affinity.Diagnostics[d])],
            diagnostics.Length));
        Container.Write(stream, TaskAffinityTransformer.Kind,
            JsonSerializer.SerializeToElement(content, TransformerJson.Default.AffinityContent), sections);
    }

    /// <exception cref="ModelFormatException">The bytes are damaged, foreign, newer, or over a limit.</exception>
    public static TaskAffinityTransformer Load(MLContext context, Stream stream, MultiTaskModelLoadOptions options) =>
        StateReader.Read(stream, TaskAffinityTransformer.Kind, options, TransformerJson.Default.AffinityContent,
            Expected, (content, sections) =>
        {
            var queue = new Queue<Array>(sections.Select(s => s.Data));
            var values = (double[])queue.Dequeue();
            int[]? counts = content.HasPairCounts ? (int[])queue.Dequeue() : null;
            double[]? errors = content.HasStandardErrors ? (double[])queue.Dequeue() : null;
            var diagnostics = (double[])queue.Dequeue();
            var affinity = new TaskAffinity(TaskNames.Checked(content.Tasks, options), values, content.Method)
            {
                PairCounts = counts,
                StandardErrors = errors,
                Diagnostics = content.Diagnostics.Zip(diagnostics).ToDictionary(p => p.First, p => p.Second),
            };
            return new TaskAffinityTransformer(context, content.OutputColumnName, affinity);
        });

    private static List<(string, string, long[])> Expected(AffinityContent content)
    {
        long[] square = [content.Tasks.Length, content.Tasks.Length];
        List<(string, string, long[])> sections = [("affinity", SectionType.F64, square)];
        if (content.HasPairCounts)
            sections.Add(("pairCounts", SectionType.I32, square));
        if (content.HasStandardErrors)
            sections.Add(("standardErrors", SectionType.F64, square));
        sections.Add(("diagnostics", SectionType.F64, [content.Diagnostics.Length]));
        return sections;
    }
}
