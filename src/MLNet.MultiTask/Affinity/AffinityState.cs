using MLNet.MultiTask.Persistence;
using System.Text.Json;
using Microsoft.ML;

namespace MLNet.MultiTask.Affinity;

/// <summary>An affinity transformer as bytes.</summary>
internal static class AffinityState
{
    private const string Transfer = "transfer.", Stopping = "stopping.";

    public static void Save(TaskAffinityTransformer transformer, Stream stream)
    {
        TaskAffinity affinity = transformer.Affinity;
        string[] diagnostics = [.. affinity.Diagnostics.Where(d => double.IsFinite(d.Value)).Select(d => d.Key)
            .Order(StringComparer.Ordinal)];
        AffinityPartContent own = AffinityPartContent.Of(affinity);
        var content = new AffinityContent(transformer.OutputColumnName, [.. affinity.TaskNames], own.Method,
            own.HasPairCounts, own.HasStandardErrors, diagnostics)
        {
            Transfer = affinity.Transfer is null ? null : AffinityPartContent.Of(affinity.Transfer),
            Stopping = affinity.Stopping is null ? null : AffinityPartContent.Of(affinity.Stopping),
            IsSigned = own.IsSigned,
            Warnings = own.Warnings,
            Unmeasured = own.Unmeasured,
        };
        List<Section> sections = [.. Matrices("", affinity),
            Section.Of("diagnostics", [.. diagnostics.Select(d => affinity.Diagnostics[d])], diagnostics.Length)];
        if (affinity.Transfer is { } transfer)
            sections.AddRange(Matrices(Transfer, transfer));
        if (affinity.Stopping is { } stopping)
            sections.AddRange(Matrices(Stopping, stopping));
        bool first = content is { Transfer: null, Stopping: null, Warnings: null, Unmeasured: null, IsSigned: false };
        Container.Write(stream, TaskAffinityTransformer.Kind,
            JsonSerializer.SerializeToElement(content, TransformerJson.Default.AffinityContent), sections,
            first ? 1 : Container.AffinityParts);
    }

    /// <exception cref="ModelFormatException">The bytes are damaged, foreign, newer, or over a limit.</exception>
    public static TaskAffinityTransformer Load(MLContext context, Stream stream, MultiTaskModelLoadOptions options) =>
        StateReader.Read(stream, TaskAffinityTransformer.Kind, options, TransformerJson.Default.AffinityContent,
            Expected, (content, sections) =>
        {
            var queue = new Queue<Array>(sections.Select(s => s.Data));
            string[] tasks = TaskNames.Checked(content.Tasks, options);
            AffinityPartContent own = content.Own;
            var values = (double[])queue.Dequeue();
            int[]? counts = own.HasPairCounts ? (int[])queue.Dequeue() : null;
            double[]? errors = own.HasStandardErrors ? (double[])queue.Dequeue() : null;
            var diagnostics = (double[])queue.Dequeue();
            TaskAffinity? Part(AffinityPartContent? part) => part is null ? null
                : new TaskAffinity(tasks, (double[])queue.Dequeue(), part.Method)
                {
                    PairCounts = part.HasPairCounts ? (int[])queue.Dequeue() : null,
                    StandardErrors = part.HasStandardErrors ? (double[])queue.Dequeue() : null,
                    IsSigned = part.IsSigned,
                    Warnings = part.Warnings ?? [],
                    Unmeasured = Cells(part.Unmeasured, tasks.Length),
                };
            var affinity = new TaskAffinity(tasks, values, content.Method)
            {
                PairCounts = counts,
                StandardErrors = errors,
                Diagnostics = content.Diagnostics.Zip(diagnostics).ToDictionary(p => p.First, p => p.Second),
                IsSigned = content.IsSigned,
                Transfer = Part(content.Transfer),
                Stopping = Part(content.Stopping),
                Warnings = content.Warnings ?? [],
                Unmeasured = Cells(content.Unmeasured, tasks.Length),
            };
            return new TaskAffinityTransformer(context, content.OutputColumnName, affinity);
        });

    private static bool[]? Cells(int[]? places, int tasks)
    {
        if (places is null)
            return null;
        var cells = new bool[tasks * tasks];
        foreach (int place in places)
            if (place >= 0 && place < cells.Length)
                cells[place] = true;
            else
                throw new ModelFormatException("unmeasured", $"pair {place} is not among {tasks}×{tasks}");
        return cells;
    }

    private static IEnumerable<Section> Matrices(string prefix, TaskAffinity affinity)
    {
        yield return Section.Of(prefix + "affinity", affinity.Values.ToArray(), affinity.Count, affinity.Count);
        if (affinity.PairCounts is { } counts)
            yield return Section.Of(prefix + "pairCounts", counts, affinity.Count, affinity.Count);
        if (affinity.StandardErrors is { } errors)
            yield return Section.Of(prefix + "standardErrors", errors, affinity.Count, affinity.Count);
    }

    private static List<(string, string, long[])> Expected(AffinityContent content)
    {
        long[] square = [content.Tasks.Length, content.Tasks.Length];
        List<(string, string, long[])> sections = [];
        Add("", content.Own);
        sections.Add(("diagnostics", SectionType.F64, [content.Diagnostics.Length]));
        Add(Transfer, content.Transfer);
        Add(Stopping, content.Stopping);
        return sections;

        void Add(string prefix, AffinityPartContent? part)
        {
            if (part is null)
                return;
            sections.Add((prefix + "affinity", SectionType.F64, square));
            if (part.HasPairCounts)
                sections.Add((prefix + "pairCounts", SectionType.I32, square));
            if (part.HasStandardErrors)
                sections.Add((prefix + "standardErrors", SectionType.F64, square));
        }
    }
}
