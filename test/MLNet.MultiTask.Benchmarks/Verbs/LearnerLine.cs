using System.Text.Json.Nodes;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>One learner trained once on one set, as a line of a file.</summary>
/// <param name="Set">The data set.</param>
/// <param name="Metric">"auc", "logloss" or "rrmse".</param>
/// <param name="Arm">The learner.</param>
/// <param name="Role">What it is to the comparison.</param>
/// <param name="Seed">Seed of the training.</param>
/// <param name="Validation">
/// The metric that chooses, mean over tasks: on the validation rows, or on the rows held out of folds.
/// </param>
/// <param name="Macro">The metric on the test rows, mean over tasks.</param>
/// <param name="Seconds">Of training.</param>
internal sealed record LearnerLine(string Set, string Metric, string Arm, LearnerRole Role, int Seed,
    double Validation, double Macro, double Seconds)
{
    public bool HigherIsBetter => Metric == "auc";

    public JsonObject ToJson() => new()
    {
        ["bench"] = "learners", ["set"] = Set, ["metric"] = Metric, ["arm"] = Arm, ["role"] = $"{Role}",
        ["seed"] = Seed, ["validation"] = Math.Round(Validation, 6), ["macro"] = Math.Round(Macro, 6),
        ["seconds"] = Math.Round(Seconds, 2),
    };

    /// <summary>The line that <see cref="ToJson"/> wrote; null for another kind of line.</summary>
    public static LearnerLine? Parse(string text)
    {
        JsonNode? line = JsonNode.Parse(text);
        return (string?)line?["bench"] != "learners" ? null : new LearnerLine((string)line["set"]!,
            (string)line["metric"]!, (string)line["arm"]!, Enum.Parse<LearnerRole>((string)line["role"]!),
            (int)line["seed"]!, (double)line["validation"]!, (double)line["macro"]!, (double)line["seconds"]!);
    }
}
