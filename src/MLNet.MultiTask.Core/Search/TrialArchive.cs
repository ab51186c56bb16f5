using System.Text;
using System.Text.Json.Nodes;

namespace MLNet.MultiTask.Search;

/// <summary>The trials that ended, in order: sums at hand, the trials themselves in a file once they are
/// many.</summary>
internal sealed class TrialArchive(SpillFile file)
{
    private const string Estimates = "estimates";
    private const string IsOverLimit = "overLimit";

    private readonly List<long> _places = [];

    /// <summary>Number of trials.</summary>
    public int Count => _places.Count;

    /// <summary>Epochs trained in all of them.</summary>
    public long Epochs { get; private set; }

    /// <summary>Time that all of them took.</summary>
    public double Seconds { get; private set; }

    public void Add(SweepTrial trial)
    {
        JsonObject line = SweepHistoryLine.Of(trial);
        line[Estimates] = SweepHistoryLine.Numbers(trial.Estimates);
        line[IsOverLimit] = trial.IsOverLimit;
        _places.Add(file.Add(Encoding.UTF8.GetBytes(line.ToJsonString())));
        (Epochs, Seconds) = (Epochs + trial.Epochs, Seconds + trial.Seconds);
    }

    /// <summary>All trials, in memory.</summary>
    public List<SweepTrial> ToList() => [.. _places.Select((place, i) =>
    {
        JsonObject line = JsonNode.Parse(file.Read(place))!.AsObject();
        return SweepHistoryLine.Trial("trials", i + 1, line) with
        {
            Estimates = SweepHistoryLine.Numbers(line[Estimates]!.AsArray()), IsOverLimit = (bool)line[IsOverLimit]!,
        };
    })];
}
