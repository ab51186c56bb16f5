using System.Globalization;
using System.Text.Json.Nodes;
using CsvHelper;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Scores as named columns.</summary>
/// <param name="tasks">The T tasks.</param>
/// <param name="scores">rows×(sum of output counts), row-major.</param>
/// <param name="rows">Number of rows.</param>
/// <param name="lessOffsets">
/// Whether scores of regressions lack their task's offset, which is added here in double precision.
/// </param>
internal sealed class Predictions(IReadOnlyList<TaskInfo> tasks, float[] scores, int rows, bool lessOffsets = false)
{
    private readonly List<(string Name, Func<int, JsonValue> Value)> _columns = Columns(tasks, scores, lessOffsets);

    /// <summary>A header line and one line per row.</summary>
    public void WriteCsv(TextWriter writer, CancellationToken cancellationToken)
    {
        using CsvWriter csv = CsvWriter.Create(writer, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteRecord([.. _columns.Select(c => c.Name)]);
        for (int row = 0; row < rows; row++)
        {
            if ((row & 1023) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            csv.WriteRecord([.. _columns.Select(c => c.Value(row).ToString())]);
        }
    }

    /// <summary>One array per column.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (name, value) in _columns)
            json.Add(name, new JsonArray([.. Enumerable.Range(0, rows).Select(value)]));
        return json;
    }

    /// <summary>Refuses tasks whose predictions would be two columns of one name.</summary>
    public static void ThrowIfNamesCollide(IReadOnlyList<TaskInfo> tasks)
    {
        string[] repeated = [.. Columns(tasks, [], false).GroupBy(c => c.Item1, StringComparer.Ordinal)
            .Where(g => g.Count() > 1).Select(g => $"'{g.Key}'")];
        if (repeated.Length > 0)
            throw new InputException($"The predictions of several tasks would be called {Some.Of(repeated)}: rename " +
                "a label column, or a class.");
    }

    private static List<(string, Func<int, JsonValue>)> Columns(
        IReadOnlyList<TaskInfo> tasks, float[] scores, bool lessOffsets)
    {
        int width = tasks.Sum(t => t.OutputCount), offset = 0;
        List<(string, Func<int, JsonValue>)> columns = [];
        foreach (TaskInfo task in tasks)
        {
            int first = offset;
            switch (task.Kind)
            {
                case TaskKind.Binary:
                    columns.Add(($"Probability.{task.Name}", Output(first)));
                    columns.Add(($"PredictedLabel.{task.Name}",
                        row => JsonValue.Create(scores[row * width + first] >= 0.5f ? 1 : 0)));
                    break;
                case TaskKind.Multiclass:
                    for (int c = 0; c < task.OutputCount; c++)
                        columns.Add(($"Probability.{task.Name}.{task.ClassNames[c]}", Output(first + c)));
                    columns.Add(($"PredictedLabel.{task.Name}",
                        row => JsonValue.Create(task.ClassNames[MostProbable(row * width + first, task)])));
                    break;
                default:
                    columns.Add(($"Score.{task.Name}", lessOffsets && task.Offset != 0
                        ? row => JsonValue.Create(scores[row * width + first] + task.Offset) : Output(first)));
                    break;
            }
            offset += task.OutputCount;
        }
        return columns;

        Func<int, JsonValue> Output(int output) => row => JsonValue.Create(scores[row * width + output]);

        int MostProbable(int from, TaskInfo task) =>
            System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(scores.AsSpan(from, task.OutputCount));
    }
}
