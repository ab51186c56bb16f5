using System.Globalization;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Data;

/// <summary>What an estimator tells the log about its data.</summary>
internal static class FitLog
{
    /// <summary>Sizes, seed, and how many labels of each task are observed.</summary>
    public static void Data(IChannel channel, TaskTable table, ulong seed)
    {
        channel.Info(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture,
            $"{table.RowCount} rows, {table.FeatureCount} features, {table.Tasks.Count} tasks, seed {seed}"));
        var observed = new int[table.Tasks.Count];
        for (int row = 0; row < table.RowCount; row++)
            for (int t = 0; t < observed.Length; t++)
                if (table.IsObserved(row, t))
                    observed[t]++;
        for (int t = 0; t < observed.Length; t++)
        {
            TaskInfo task = table.Tasks[t];
            channel.Info(MessageSensitivity.Schema, string.Create(CultureInfo.InvariantCulture,
                $"Task '{task.Name}' ({task.Kind}): {observed[t]} of {table.RowCount} labels observed"));
        }
    }
}
