using System.Text.Json.Nodes;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Sweeps;

/// <summary>A sweep and what it found as an <c>.mtconfig</c>.</summary>
internal static class SweepConfigFile
{
    private const int MostTrials = 5;

    /// <param name="result">What was found.</param>
    /// <param name="description">Columns with a role.</param>
    /// <param name="data">All columns.</param>
    /// <param name="source">What is said of the data besides columns and format.</param>
    /// <param name="trainingOption">Budget, space and networks.</param>
    /// <param name="folder">Where the file goes; paths are relative to it.</param>
    public static JsonObject Of(SweepResult result, DataDescription description, DataSet data, JsonObject source,
        JsonObject trainingOption, string folder) => new()
        {
            ["Type"] = "TrainingConfig",
            ["Version"] = 1,
            ["Scenario"] = "MultiTask",
            ["DataSource"] = Source(description, data, source, folder),
            ["Environment"] = new JsonObject { ["Type"] = "LocalCPU", ["Version"] = 1 },
            ["TrainingOption"] = trainingOption.DeepClone(),
            ["RunHistory"] = new JsonObject
            {
                ["Type"] = "Result",
                ["Version"] = 3,
                ["Trials"] = new JsonArray([.. Best(result).Take(MostTrials).Select(Trial)]),
                ["MetricName"] = "Loss relative to the trivial predictor's",
                ["ModelFilePath"] = "model.mtsk",
            },
        };

    private static IEnumerable<SweepTrial> Best(SweepResult result) => result.Trials
        .Where(t => t.Status == SweepTrialStatus.Completed && t.Number != result.Best.Number).OrderBy(t => t.Loss)
        .Prepend(result.Best);

    private static JsonObject Source(DataDescription description, DataSet data, JsonObject others, string folder)
    {
        var source = new JsonObject
        {
            ["Type"] = "TabularFile",
            ["Version"] = 3,
            ["FilePath"] = Path.GetRelativePath(folder, Path.GetFullPath(description.Path)).Replace('\\', '/'),
            ["Delimiter"] = data.Header.Separator.ToString(),
            ["DecimalMarker"] = data.Format.DecimalComma ? "," : ".",
            ["HasHeader"] = true,
            ["ColumnProperties"] = Columns(description, data),
        };
        foreach (var (name, value) in others)
            source[name] = value!.DeepClone();
        return source;
    }

    private static JsonArray Columns(DataDescription description, DataSet data)
    {
        IReadOnlyDictionary<string, string> roles = description.Roles();
        var columns = new JsonArray();
        foreach (string name in data.Header.Names.Where(n => n.Length > 0))
        {
            var column = new JsonObject { ["Type"] = "Column", ["Version"] = 5, ["ColumnName"] = name };
            if (description.Labels.Any(l => l.Name == name))
            {
                TaskKind kind = (data.Table.Tasks.FirstOrDefault(t => t.Name == name) ?? data.Table.Tasks[0]).Kind;
                (column["ColumnPurpose"], column["TaskKind"]) = ("Label", kind.ToString());
            }
            else if (roles.TryGetValue(name, out string? role))
                column["ColumnPurpose"] = role switch
                {
                    "task id" => "TaskId", "weight" when description.UseWeights => "Weight", _ => "Ignore",
                };
            else
            {
                column["ColumnPurpose"] = "Feature";
                if (description.Categorical.Contains(name))
                    (column["ColumnDataFormat"], column["IsCategorical"]) = ("Single", true);
            }
            columns.Add(column);
        }
        return columns;
    }

    private static JsonObject Trial(SweepTrial trial) => new()
    {
        ["Type"] = "Trial",
        ["Version"] = 1,
        ["TrainerName"] = trial.Point.Learner,
        ["Score"] = trial.Loss,
        ["RuntimeInSeconds"] = trial.Seconds,
        ["Parameter"] = Parameter(trial.Point),
    };

    private static JsonObject Parameter(SweepPoint point)
    {
        var parameter = new JsonObject
        {
            ["Grouping"] = point.Grouping.ToString(),
            ["Settings"] = new JsonObject(point.Settings.Select(s =>
                KeyValuePair.Create(s.Key, (JsonNode?)JsonValue.Create(s.Value)))),
        };
        if (!point.IsShared)
            parameter["Groups"] = new JsonArray([.. point.Groups.Select(g => JsonValue.Create(g.ToString()))]);
        return parameter;
    }
}
