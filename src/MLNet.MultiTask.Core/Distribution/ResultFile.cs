using System.Text.Json;

namespace MLNet.MultiTask.Distribution;

/// <summary>What came of a trial (<c>result.json</c>).</summary>
/// <param name="Key">Of the trial.</param>
/// <param name="Losses">Per task of the group; empty after a failure.</param>
/// <param name="Epochs">Epochs trained.</param>
/// <param name="Seconds">Time of the training.</param>
/// <param name="Worker">Who trained.</param>
/// <param name="Model">Name of the model's file beside this one; null where none is kept.</param>
/// <param name="Errors">One per try that went wrong, by type and message; empty where the last one went well.</param>
internal sealed record ResultFile(string Key, double[] Losses, int Epochs, double Seconds, string Worker, string? Model,
    string[] Errors)
{
    /// <summary>What the models cost; null where it is not known.</summary>
    public SweepCost? Cost { get; init; }

    /// <summary>The only version so far.</summary>
    public int Version { get; init; } = 1;

    /// <summary>What the search is told: errors that are all the same count as one, as in a single process.</summary>
    public GroupOutcome ToOutcome() => new()
    {
        Losses = Losses, Epochs = Epochs, Cost = Cost,
        Error = Errors.Length == 0 ? null : string.Join("; ", Errors.Distinct(StringComparer.Ordinal)),
    };

    public string ToJson() => JsonSerializer.Serialize(this, DistributionJson.Default.ResultFile);

    /// <exception cref="FormatException">It is no result, or of another version.</exception>
    public static ResultFile Parse(string json)
    {
        try
        {
            ResultFile result = JsonSerializer.Deserialize(json, DistributionJson.Default.ResultFile)
                ?? throw new FormatException("A result is null");
            return result.Version == 1 ? result
                : throw new FormatException($"A result is of version {result.Version}; version 1 is known here");
        }
        catch (JsonException e)
        {
            throw new FormatException($"A result cannot be read: {e.Message}", e);
        }
    }
}
