using System.Diagnostics.Metrics;
using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Featurization;

/// <summary>What featurizing counts on the library's meter, whoever loaded the model.</summary>
internal static class FeatureTelemetry
{
    private static readonly Counter<long> s_unknown = Telemetry.Meter.CreateCounter<long>(
        "multitask.features.unknown_cells", "{cell}", "Cells with a value that the training did not have, by column.");

    public static void Unknown(string column, long cells)
    {
        if (cells > 0)
            s_unknown.Add(cells, new KeyValuePair<string, object?>("column", column));
    }
}
