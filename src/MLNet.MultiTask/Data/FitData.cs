using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.MultiTask.BuiltIn;

namespace MLNet.MultiTask.Data;

/// <summary>What a fit reads: the table, where each task stands, and how rows are divided.</summary>
/// <param name="Table">All rows: those to train on, then those to validate on where they are given.</param>
/// <param name="Layout">Where each task stands.</param>
/// <param name="Splitter">How rows are held out.</param>
/// <param name="Given">Rows to train on and rows to validate on, where both are given.</param>
internal sealed record FitData(TaskTable Table, TaskLayout Layout, RowSplitter Splitter, RowSplit? Given)
{
    /// <summary>Reads the data once and tells the log.</summary>
    /// <param name="input">Rows to train on.</param>
    /// <param name="validation">Rows that decide; null = held out of the input.</param>
    /// <param name="options">Columns, and how rows are held out.</param>
    /// <param name="seed">Seed of the split.</param>
    /// <param name="channel">The log.</param>
    /// <param name="wantsNormalized">Whether features of very different scales harm the learner.</param>
    public static FitData Read(IDataView input, IDataView? validation, MultiTaskOptions options, ulong seed,
        IChannel channel, bool wantsNormalized)
    {
        if (!options.AllowLabelsAsFeatures)
            LabelLeaks.ThrowIfAny(input.Schema, options.FeatureColumnName, options.Tasks);
        (TaskTable table, TaskLayout layout) = TaskTableReader.Read(input, options.FeatureColumnName, options.Tasks,
            options.SamplingKeyColumnName, out ulong[]? keys, options.AllowsMissingFeatures);
        FitLog.Data(channel, table, seed);
        FitLog.Labels(channel, table);
        FitLog.Rounding(channel, table);
        if (wantsNormalized)
            FeatureLog.WarnOfScale(channel, input.Schema[options.FeatureColumnName], table.Features);
        var splitter = new RowSplitter { Seed = seed, RowKeys = keys, IsOrdered = options.IsOrderedByTime };
        if (validation is null)
            return new FitData(table, layout, splitter, null);
        (TaskTable held, _) = TaskTableReader.Read(validation, options.FeatureColumnName, options.Tasks,
            options.SamplingKeyColumnName, out ulong[]? heldKeys, options.AllowsMissingFeatures);
        TaskTable both = TaskTables.Append(table, held, out IReadOnlyList<string> unknown);
        if (unknown.Count > 0)
            channel.Warning(MessageSensitivity.Schema, $"The validation rows hold {string.Join(", ", unknown)}, " +
                "which the training rows do not; their labels are left out");
        if (keys is not null)
            splitter = splitter with { RowKeys = [.. keys, .. heldKeys!] };
        return new FitData(both, layout, splitter, new RowSplit([.. Enumerable.Range(0, table.RowCount)],
            [.. Enumerable.Range(table.RowCount, held.RowCount)]));
    }

    /// <summary>The rows to fit on and those that decide when to stop.</summary>
    public RowSplit Split(double validationFraction) => Given ?? Splitter.Split(Table, validationFraction);
}
