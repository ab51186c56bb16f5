using System.Globalization;
using MLNet.MultiTask.Learners;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Data;

/// <summary>What an estimator tells the log about its data.</summary>
internal static class FitLog
{
    /// <summary>Sizes, seed, and how many labels of each task are observed.</summary>
    public static void Data(IChannel channel, TaskTable table, ulong seed)
    {
        channel.Info(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture,
            $"{Counted.Of(table.RowCount, "row")}, {Counted.Of(table.FeatureCount, "feature")}, ") +
            string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(table.Tasks.Count, "task")}, seed {seed}"));
        var observed = new int[table.Tasks.Count];
        for (int row = 0; row < table.RowCount; row++)
            for (int t = 0; t < observed.Length; t++)
                if (table.IsObserved(row, t))
                    observed[t]++;
        for (int t = 0; t < observed.Length; t++)
        {
            TaskInfo task = table.Tasks[t];
            channel.Info(MessageSensitivity.Schema, string.Create(CultureInfo.InvariantCulture,
                $"Task '{task.Name}' ({task.Kind}): {observed[t]} of {Counted.Of(table.RowCount, "label")} observed"));
        }
    }

    /// <summary>What is odd about labels that can be learned from.</summary>
    public static void Labels(IChannel channel, TaskTable table)
    {
        foreach (string note in LabelNotes.Find(table, [.. Enumerable.Range(0, table.RowCount)]))
            channel.Warning(MessageSensitivity.Schema, char.ToUpperInvariant(note[0]) + note[1..].TrimEnd('.'));
    }

    /// <summary>Columns of the input that an estimator's own output hides.</summary>
    public static void Hidden(IChannel channel, DataViewSchema schema, IEnumerable<string> outputs)
    {
        string[] hidden = [.. outputs.Where(o => schema.GetColumnOrNull(o) is not null).Select(o => $"'{o}'")];
        if (hidden.Length > 0)
            channel.Info(MessageSensitivity.Schema, $"The input's {(hidden.Length == 1 ? "column" : "columns")} " +
                $"{string.Join(", ", hidden)} {(hidden.Length == 1 ? "is" : "are")} hidden behind the output of the " +
                "same name");
    }

    /// <summary>Regressions whose scores, numbers of single precision, cannot tell nearby targets apart.</summary>
    public static void Rounding(IChannel channel, TaskTable table)
    {
        string[] coarse = [.. Enumerable.Range(0, table.Tasks.Count)
            .Select(t => ScoreRounding.Coarseness(table, t)).OfType<string>()];
        if (coarse.Length > 0)
            channel.Warning(MessageSensitivity.Schema,
                $"Scores are of single precision: {string.Join("; ", coarse)}. Take such a constant off the " +
                "labels before the training, and add it to the scores");
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
                    $"{limit[..limit.IndexOf(' ')]}, or set {nameof(options.Patience)} to null if the length is " +
                    $"meant"));
        }
    }
}
