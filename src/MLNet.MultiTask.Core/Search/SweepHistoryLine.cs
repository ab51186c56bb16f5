using System.Globalization;
using System.Text.Json.Nodes;

namespace MLNet.MultiTask.Search;

/// <summary>The lines of a <see cref="SweepHistory"/>.</summary>
internal static class SweepHistoryLine
{
    private const string HeaderKey = "sweepHistory";
    private const string ConfirmationKey = "confirmed";
    private const string Groups = "groups";
    private const string HelperLosses = "helperLosses";
    private const int Version = 1;

    public static bool Begins(ReadOnlySpan<byte> bytes) =>
        "{\"sweepHistory\":"u8.StartsWith(bytes[..Math.Min(bytes.Length, 16)]);

    public static JsonObject Header(IEnumerable<string> fingerprint, TaskAffinity? affinity) => new()
    {
        [HeaderKey] = Version,
        ["fingerprint"] = new JsonArray([.. fingerprint.Select(l => JsonValue.Create(l))]),
        ["affinity"] = affinity is null ? null : new JsonObject
        {
            ["tasks"] = new JsonArray([.. affinity.TaskNames.Select(n => JsonValue.Create(n))]),
            ["values"] = Numbers(affinity.Values.ToArray()),
            ["method"] = affinity.Method,
            ["signed"] = affinity.IsSigned,
        },
    };

    /// <summary>The lines of the fingerprint; null where the line is no header of this version.</summary>
    public static string[]? Fingerprint(JsonObject header) =>
        header[HeaderKey] is JsonValue version && version.TryGetValue(out int v) && v == Version
            && header["fingerprint"] is JsonArray lines ? [.. lines.Select(l => (string)l!)] : null;

    public static TaskAffinity? Affinity(JsonObject header) => header["affinity"] is JsonObject affinity
        ? new TaskAffinity([.. affinity["tasks"]!.AsArray().Select(n => (string)n!)],
            Numbers(affinity["values"]!.AsArray()), (string)affinity["method"]!)
        {
            IsSigned = (bool?)affinity["signed"] ?? false,
        }
        : null;

    public static JsonObject Of(SweepTrial trial)
    {
        JsonObject line = Line(trial);
        if (!trial.Point.IsShared)
            line[Groups] = new JsonArray([.. trial.Point.Groups.Select(g => JsonValue.Create(g.ToString()))]);
        if (trial.HelperLosses.Count > 0)
            line[HelperLosses] = new JsonArray([.. trial.HelperLosses.Select(fold => Numbers(fold))]);
        return line;
    }

    private static JsonObject Line(SweepTrial trial) => new()
    {
        ["trial"] = trial.Number,
        ["grouping"] = trial.Point.Grouping.ToString(),
        ["learner"] = trial.Point.Learner,
        ["settings"] = new JsonObject(trial.Point.Settings.Select(s =>
            KeyValuePair.Create(s.Key, (JsonNode?)JsonValue.Create(s.Value)))),
        ["status"] = trial.Status.ToString(),
        ["loss"] = Number(trial.Loss),
        ["losses"] = new JsonArray([.. trial.Losses.Select(fold => Numbers(fold))]),
        ["rungs"] = new JsonObject(trial.Rungs.OrderBy(r => r.Key).Select(r => KeyValuePair.Create(
            r.Key.ToString(CultureInfo.InvariantCulture),
            (JsonNode?)new JsonArray([.. r.Value.Select(fold => Numbers(fold))])))),
        ["costs"] = new JsonArray([.. trial.Costs.Select(c =>
            new JsonObject { ["bytes"] = c.Bytes, ["microseconds"] = c.MicrosecondsPerRow })]),
        ["seconds"] = trial.Seconds,
        ["epochs"] = trial.Epochs,
        ["reused"] = trial.Reused,
        ["error"] = trial.Error,
    };

    public static JsonObject Of(SweepConfirmationLine line) => new()
    {
        [ConfirmationKey] = line.Trial, ["fold"] = line.Fold, ["losses"] = Numbers(line.Losses),
            ["epochs"] = line.Epochs,
    };

    public static bool IsConfirmation(JsonObject line) => line.ContainsKey(ConfirmationKey);

    /// <exception cref="FormatException">The line is no confirmation.</exception>
    public static SweepConfirmationLine Confirmation(string path, int number, JsonObject line) =>
        Read(path, number, () =>
        new SweepConfirmationLine((int)line[ConfirmationKey]!, (int)line["fold"]!, Numbers(line["losses"]!.AsArray()),
            (long)line["epochs"]!));

    /// <exception cref="FormatException">The line is no trial.</exception>
    public static SweepTrial Trial(string path, int number, JsonObject line) => Read(path, number, () => new SweepTrial
    {
        Number = (int)line["trial"]!,
        Point = Point(TaskGrouping.Parse((string)line["grouping"]!), line),
        Status = Enum.Parse<SweepTrialStatus>((string)line["status"]!),
        Losses = [.. line["losses"]!.AsArray().Select(fold => Numbers(fold!.AsArray()))],
        HelperLosses = [.. (line[HelperLosses]?.AsArray() ?? []).Select(fold => Numbers(fold!.AsArray()))],
        Rungs = line["rungs"]!.AsObject().ToDictionary(r => int.Parse(r.Key, CultureInfo.InvariantCulture),
            r => (IReadOnlyList<double[]>)[.. r.Value!.AsArray().Select(fold => Numbers(fold!.AsArray()))]),
        Costs = [.. line["costs"]!.AsArray()
            .Select(c => new SweepCost((long?)c!["bytes"], (double)c["microseconds"]!))],
        Seconds = (double)line["seconds"]!,
        Epochs = (long)line["epochs"]!,
        Reused = (int)line["reused"]!,
        Error = (string?)line["error"],
    });

    private static SweepPoint Point(TaskGrouping grouping, JsonObject line) => line[Groups] is JsonArray groups
        ? new SweepPoint(grouping, [.. groups.Select(g => LearnerSettings.Parse((string)g!))])
        : new SweepPoint(grouping, (string)line["learner"]!,
            line["settings"]!.AsObject().Select(s => KeyValuePair.Create(s.Key, (string)s.Value!)));

    private static T Read<T>(string path, int number, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException
            or ArgumentException)
        {
            throw new FormatException($"'{path}' line {number} is no trial of a sweep: {e.Message}", e);
        }
    }

    public static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(Number)]);

    public static double[] Numbers(JsonArray values) => [.. values.Select(v => v is null ? double.NaN : (double)v)];

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
