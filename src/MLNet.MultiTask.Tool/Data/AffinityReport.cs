using System.Text.Json.Nodes;
using CsvHelper;
using MLNet.MultiTask.Tool.Output;
using Spectre.Console;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>An affinity as table and as CSV.</summary>
internal static class AffinityReport
{
    /// <summary>
    /// Per target: the source that helps most and the one that helps least; dashes where no pair was measured.
    /// </summary>
    public static Table ToTable(TaskAffinity affinity)
    {
        Table table = Tables.Create("task", ["gains most from", "affinity", "gains least from", "affinity"]);
        for (int i = 0; i < affinity.Count; i++)
        {
            int[] others = [.. Enumerable.Range(0, affinity.Count)
                .Where(j => j != i && affinity.IsMeasured(i, j))];
            if (others.Length == 0)
                Tables.AddRow(table, [affinity.TaskNames[i], "–", "–", "–", "–"]);
            else
            {
                int best = others.MaxBy(j => affinity[i, j]), worst = others.MinBy(j => affinity[i, j]);
                Tables.AddRow(table, [affinity.TaskNames[i], affinity.TaskNames[best], Tables.Number(affinity[i, best]),
                    affinity.TaskNames[worst], Tables.Number(affinity[i, worst])]);
            }
        }
        return table;
    }

    /// <summary>How long the estimator's phases took.</summary>
    public static Table ToPhaseTable(TaskAffinity affinity)
    {
        Table table = Tables.Create("phase", ["seconds"]);
        foreach ((string phase, double seconds) in affinity.PhaseSeconds)
            Tables.AddRow(table, [phase, Tables.Number(seconds)]);
        return table;
    }

    /// <summary>The table, the warnings and, if wanted, the times.</summary>
    public static void Show(TaskAffinity affinity, ToolConsole console, bool timings)
    {
        console.Show(ToTable(affinity));
        foreach (string warning in affinity.Warnings)
            console.Note("Warning: " + warning);
        if (affinity.PhaseSeconds.Count > 0 && timings)
            console.Show(ToPhaseTable(affinity));
    }

    /// <summary>The matrix with all that the estimator said about it.</summary>
    public static JsonObject ToJson(TaskAffinity affinity, ulong seed, DataSet data, double seconds)
    {
        JsonObject json = Content(affinity, seed, data, seconds);
        if (affinity.IsSigned)
            json["signed"] = true;
        if (affinity.Transfer is { } transfer)
            json["transfer"] = Matrix(transfer);
        if (affinity.Stopping is { } stopping)
            json["stopping"] = Matrix(stopping);
        return json;
    }

    private static JsonObject Content(TaskAffinity affinity, ulong seed, DataSet data, double seconds) => new()
    {
        ["tasks"] = JsonFile.Texts(affinity.TaskNames),
        ["affinity"] = Matrix(affinity),
        ["method"] = affinity.Method,
        ["seed"] = seed,
        ["splitCheck"] = data.Split.Check(),
        ["reading"] = data.ReadingToJson(),
        ["diagnostics"] = new JsonObject(affinity.Diagnostics.OrderBy(d => d.Key, StringComparer.Ordinal)
            .Select(d => KeyValuePair.Create(d.Key, JsonFile.Number(d.Value)))),
        ["warnings"] = JsonFile.Texts(affinity.Warnings),
        ["seconds"] = seconds,
        ["phaseSeconds"] =
            new JsonObject(affinity.PhaseSeconds.Select(p => KeyValuePair.Create(p.Key, JsonFile.Number(p.Value)))),
    };

    /// <summary>A line of names, then one line per target; an empty cell where a pair was not measured.</summary>
    public static void WriteCsv(TaskAffinity affinity, Stream stream)
    {
        using CsvWriter csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteRecord([.. affinity.TaskNames]);
        for (int i = 0; i < affinity.Count; i++)
        {
            for (int j = 0; j < affinity.Count; j++)
                if (affinity.IsMeasured(i, j))
                    csv.WriteField(affinity[i, j], default);
                else
                    csv.WriteField("");
            csv.EndRecord();
        }
    }

    // NaN, which JSON has as null, where a pair was not measured.
    private static JsonArray Matrix(TaskAffinity affinity)
    {
        int n = affinity.Count;
        return JsonFile.Matrix([.. Enumerable.Range(0, n * n)
            .Select(p => affinity.IsMeasured(p / n, p % n) ? affinity.Values[p] : double.NaN)], n);
    }
}
