using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask;

/// <summary>What a fit reads: the table, where each task stands, and how rows are divided.</summary>
internal sealed record FitData(TaskTable Table, TaskLayout Layout, RowSplitter Splitter)
{
    /// <summary>Reads the data once and tells the log.</summary>
    public static FitData Read(IDataView input, MultiTaskOptions options, ulong seed, IChannel channel)
    {
        (TaskTable table, TaskLayout layout) =
            TaskTableReader.Read(input, options.FeatureColumnName, options.Tasks);
        FitLog.Data(channel, table, seed);
        FeatureLog.WarnOfScale(channel, input.Schema[options.FeatureColumnName], table.Features);
        return new FitData(table, layout, new RowSplitter { Seed = seed });
    }
}
