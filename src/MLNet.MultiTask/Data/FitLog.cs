using System.Globalization;
using MLNet.MultiTask.Learners;
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

    /// <summary>Groups that were still getting better when a limit of the options ended their training.</summary>
    public static void Limits(IChannel channel, GroupedTrainingResult result, TrainingOptions options)
    {
        for (int g = 0; g < result.Groups.Count; g++)
        {
            GroupFit group = result.Groups[g];
            string? limit = group.StopReason switch
            {
                StopReason.MaxEpochs => $"{nameof(options.MaxEpochs)} = {options.MaxEpochs}",
                StopReason.MaxSteps => $"{nameof(options.MaxSteps)} = {options.MaxSteps}",
                _ => null,
            };
            string names = string.Join(", ", group.Models.SelectMany(m => m.Served).Order()
                .Select(t => result.Model.Tasks[t].Name));
            if (limit is not null && options.Patience is not null)
                channel.Warning(MessageSensitivity.Schema, string.Create(CultureInfo.InvariantCulture,
                    $"Group {g} (tasks {names}) ended at the limit {limit} before its validation loss " +
                    $"stopped improving (best epoch {group.BestEpoch} of {group.Epochs.Count}); raise " +
                    $"{limit[..limit.IndexOf(' ')]}, or set {nameof(options.Patience)} to null if the length is meant"));
        }
    }
}
