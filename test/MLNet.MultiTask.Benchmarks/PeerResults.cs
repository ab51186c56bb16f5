using System.Text.Json;

namespace MLNet.MultiTask.Benchmarks;

/// <summary>Macro metrics of other programs, stored per data set and arm.</summary>
internal sealed class PeerResults
{
    private readonly List<(string Set, string Variant, string Metric, double Value, double Sd)> _results = [];

    /// <summary>
    /// Reads files with <c>sets.NAME.arms.ARM.macro</c>: a number, of the set's "metric", or metrics with mean and
    /// deviation each.
    /// </summary>
    public static PeerResults Read(IEnumerable<string> files)
    {
        var read = new PeerResults();
        foreach (string file in files)
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            foreach (JsonProperty set in document.RootElement.GetProperty("sets").EnumerateObject())
                foreach (JsonProperty arm in set.Value.GetProperty("arms").EnumerateObject())
                    read.Add(set, arm);
        }
        return read;
    }

    /// <summary>The arms of a set that have a metric, with mean and deviation.</summary>
    public IEnumerable<(string Name, double Value, double Sd)> All(string set, string metric) => _results
        .Where(r => r.Set == set && r.Metric == metric).Select(r => (r.Variant, r.Value, r.Sd));

    private void Add(JsonProperty set, JsonProperty arm)
    {
        JsonElement macro = arm.Value.GetProperty("macro");
        if (macro.ValueKind == JsonValueKind.Number)
            _results.Add((set.Name, arm.Name, set.Value.GetProperty("metric").GetString()!, macro.GetDouble(), 0));
        else
            foreach (JsonProperty metric in macro.EnumerateObject())
                if (metric.Value.ValueKind == JsonValueKind.Array && metric.Value[0].ValueKind == JsonValueKind.Number)
                    _results.Add((set.Name, arm.Name, metric.Name, metric.Value[0].GetDouble(),
                        metric.Value[1].GetDouble()));
    }
}
