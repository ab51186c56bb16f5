using MLNet.MultiTask.Tool.Learners;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>One way to group the tasks, trained by one learner and scored on the test rows.</summary>
/// <param name="Arm">What was asked for.</param>
/// <param name="Grouping">Which tasks shared a model.</param>
/// <param name="Model">The models.</param>
/// <param name="Metrics">Of the test rows.</param>
/// <param name="Seconds">Time to train and score.</param>
internal sealed record Variant(
    VariantArm Arm, TaskGrouping Grouping, MultiTaskModel Model, MultiTaskMetrics Metrics, double Seconds)
{
    public const string Single = "single";
    public const string All = "all";
    public const string Grouped = "grouped";
}

/// <summary>A variant that is asked for, such as <c>all</c> or <c>all:trees</c>.</summary>
/// <param name="Text">As it was written; its name in tables and files.</param>
/// <param name="Groups">"single", "all" or "grouped".</param>
/// <param name="Learner">What trains it.</param>
internal sealed record VariantArm(string Text, string Groups, ToolLearner Learner)
{
    /// <summary>Reads the text of --arms.</summary>
    /// <param name="text">Arms with commas between them.</param>
    /// <param name="learner">Of arms that name none.</param>
    /// <exception cref="InputException">An arm is not known, or named twice.</exception>
    public static VariantArm[] Parse(string text, ToolLearner learner)
    {
        VariantArm[] arms = [.. text.Split(',', StringSplitOptions.TrimEntries).Select(t => One(t, learner))];
        return arms.DistinctBy(a => (a.Groups, a.Learner.Name)).Count() == arms.Length ? arms
            : throw new InputException($"--arms {text} names a model twice.");
    }

    /// <summary>A name of a measuring program for what the usual learner trains.</summary>
    public static VariantArm Named(string name) => new(name, name, ToolLearner.Of(ToolLearner.SharedBottom));

    private static VariantArm One(string text, ToolLearner learner)
    {
        string[] parts = text.Split(':');
        if (parts.Length > 2 || parts[0] is not (Variant.Single or Variant.All or Variant.Grouped))
            throw new InputException($"--arms names '{text}'; single, all and grouped are possible, each with a " +
                "learner after a colon, such as all:trees.");
        ToolLearner? own = parts.Length == 1 ? learner : ToolLearner.All.FirstOrDefault(l => l.Name == parts[1]);
        return new VariantArm(text, parts[0],
            own ?? throw new InputException($"--arms names the learner '{parts[1]}'; " +
            $"{string.Join(", ", ToolLearner.All.Select(l => l.Name))} are possible."));
    }
}
