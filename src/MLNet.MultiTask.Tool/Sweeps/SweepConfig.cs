using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.MultiTask.Tool.Sweeps;

/// <summary>
/// A file of Model Builder's shape as the options of a command line: <c>.mtconfig</c>, in which several columns have
/// the purpose Label, or an <c>.mbconfig</c> of Model Builder, which has one. An .mtconfig keeps to its schema; what an
/// .mbconfig says besides is left alone.
/// </summary>
internal static class SweepConfig
{
    private const int NewestOfModelBuilder = 5;
    private const int Version = 1;

    /// <summary>The options that the file stands for; paths in it are relative to it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parts">Options that have properties of their own name.</param>
    /// <exception cref="InputException">It is no such file, or of a version that is not known.</exception>
    public static string[] Arguments(string path, ConfigParts parts)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path), null, new JsonDocumentOptions { AllowTrailingCommas = true })
                is JsonObject root ? Arguments(path, root, parts) : throw Not(path, "it is no JSON object");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.CannotRead(path, e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Not(path, e.Message);
        }
    }

    private static string[] Arguments(string path, JsonObject root, ConfigParts parts)
    {
        bool isModelBuilders = Path.GetExtension(path).Equals(".mbconfig", StringComparison.OrdinalIgnoreCase);
        int version = (int?)root["Version"] ?? 0, newest = isModelBuilders ? NewestOfModelBuilder : Version;
        if ((string?)root["Type"] is { } type && type != "TrainingConfig")
            throw Not(path, $"its Type is '{type}', 'TrainingConfig' is expected");
        if (version > newest)
            throw Not(path, $"it is of version {version}; up to {newest} is known here");
        if (!isModelBuilders && JsonSchema.OfSweeps().Faults(root) is { Count: > 0 } faults)
            throw Not(path, string.Join("; ", faults));
        JsonObject source = root["DataSource"] as JsonObject ?? throw Not(path, "DataSource is missing");
        string file = (string?)source["FilePath"] ?? throw Not(path, "DataSource.FilePath is missing");
        JsonObject training = root["TrainingOption"] as JsonObject ?? [];
        List<string> arguments = ["--data", Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, file)];
        Columns(path, root, source, training, arguments);
        if ((string?)source["Delimiter"] is { } delimiter)
            arguments.AddRange(["--separator", delimiter == "\t" ? "tab" : delimiter]);
        if ((string?)source["DecimalMarker"] == ",")
            arguments.Add("--decimal-comma");
        if ((double?)(training["TrainingTime"] ?? root["TrainingTime"]) is { } seconds)
            arguments.AddRange(["--minutes", (seconds / 60).ToString("R", CultureInfo.InvariantCulture)]);
        if ((int?)training["MaxModelToExplore"] is { } trials and > 0)
            arguments.AddRange(["--trials", trials.ToString(CultureInfo.InvariantCulture)]);
        if ((int?)training["Seed"] is { } seed and >= 0)
            arguments.AddRange(["--seed", seed.ToString(CultureInfo.InvariantCulture)]);
        if (!isModelBuilders)
        {
            Search(training, arguments);
            arguments.AddRange([.. ConfigOptions.Read(source, parts.Source),
                .. ConfigOptions.Read(training, parts.Training),
                .. ConfigOptions.Read(training["Network"] as JsonObject, parts.Network)]);
        }
        return [.. arguments];
    }

    /// <summary>What only an .mtconfig says of the search.</summary>
    private static void Search(JsonObject training, List<string> arguments)
    {
        if ((int?)training["ValidationOption"]?["NumberOfFolds"] is { } folds)
            arguments.AddRange(["--folds", folds.ToString(CultureInfo.InvariantCulture)]);
        AddList("--widths", "Widths", v => (string)v!);
        AddList("--members", "Members", v => ((int)v!).ToString(CultureInfo.InvariantCulture));
        AddList("--learning-rates", "LearningRates", v => ((float)v!).ToString("R", CultureInfo.InvariantCulture));
        AddList("--learners", "AvailableTrainers", v => (string)v!);
        if ((string?)training["AffinityMethod"] is { } method)
            arguments.AddRange(["--method", method]);

        void AddList(string option, string property, Func<JsonNode?, string> text)
        {
            if (training[property] is JsonArray values)
                arguments.AddRange([option, .. values.Select(text)]);
        }
    }

    private static void Columns(string path, JsonObject root, JsonObject source, JsonObject training,
        List<string> arguments)
    {
        string? single = (string?)training["LabelColumn"];
        JsonObject[] columns = [.. (source["ColumnProperties"] as JsonArray ?? []).OfType<JsonObject>()];
        JsonObject[] labels = [.. columns.Where(c => (string?)c["ColumnPurpose"] == "Label" || Name(c) == single)];
        if (labels.Length == 0)
            throw Not(path, "no column has the ColumnPurpose 'Label'");
        arguments.AddRange(["--label", .. labels.Select(Name)]);
        arguments.AddRange(["--kind", .. labels.Select(c => Kind(c, (string?)root["Scenario"]))]);
        foreach (var (purpose, option) in new[] { ("Weight", "--weight"), ("TaskId", "--task-id") })
            if (columns.FirstOrDefault(c => (string?)c["ColumnPurpose"] == purpose) is { } column)
                arguments.AddRange([option, Name(column)]);
        string[] ignored = [.. columns.Where(c => (string?)c["ColumnPurpose"] == "Ignore").Select(Name)];
        if (ignored.Length > 0)
            arguments.AddRange(["--ignore", .. ignored]);
        string[] codes = [.. columns.Where(c => (string?)c["ColumnPurpose"] == "Feature"
            && (bool?)c["IsCategorical"] == true && (string?)c["ColumnDataFormat"] == "Single").Select(Name)];
        if (codes.Length > 0)
            arguments.AddRange(["--categorical", .. codes]);

        string Name(JsonObject column) =>
            (string?)column["ColumnName"] ?? throw Not(path, "a column has no ColumnName");
    }

    private static string Kind(JsonObject label, string? scenario) => (string?)label["TaskKind"]?.AsValue() switch
    {
        { } kind => kind.ToLowerInvariant(),
        null => (string?)label["ColumnDataFormat"] switch
        {
            "Boolean" => "binary",
            "String" => "multiclass",
            _ => scenario == "Classification" ? "multiclass" : "regression",
        },
    };

    private static InputException Not(string path, string why) => new($"--config: '{path}' cannot be used: {why}.");
}
