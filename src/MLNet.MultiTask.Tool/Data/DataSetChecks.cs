using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>Whether weights and labels leave anything to learn.</summary>
internal static class DataSetChecks
{
    /// <summary>Refuses tasks that have labels, all of them with weight 0.</summary>
    public static void ThrowIfWeightsAreZero(CsvTable csv, TaskTable table, string? weightColumn)
    {
        if (weightColumn is null)
            return;
        string[] tasks = [.. Enumerable.Range(0, table.Tasks.Count).Where(t => IsWeightedAway(table, t))
            .Select(t => $"'{table.Tasks[t].Name}'")];
        if (tasks.Length > 0)
            throw new InputException($"{csv.FileName}: every label of task{(tasks.Length > 1 ? "s" : "")} " +
                $"{Some.Of(tasks)} has weight 0 (column '{weightColumn}'); at least one positive weight is needed.");
    }

    /// <summary>Refuses labels to learn from that single precision cannot hold beside the others, by line.</summary>
    public static void ThrowIfLabelsAreFar(CsvTable csv, TaskTable table, DataSplit split)
    {
        try
        {
            FarLabels.ThrowIfAny(table, Enumerable.Range(0, table.Tasks.Count), [.. split.Train, .. split.Validation],
                row => $"line {csv.Line(split.FileRows[row])}");
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{csv.FileName}: {e.Message}.", e);
        }
    }

    private static bool IsWeightedAway(TaskTable table, int task)
    {
        bool labelled = false;
        for (int row = 0; row < table.RowCount; row++)
            if (table.IsObserved(row, task))
                return false;
            else
                labelled |= !float.IsNaN(table.Label(row, task));
        return labelled;
    }
}
