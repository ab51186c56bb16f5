namespace MLNet.MultiTask.Tool.Variants;

/// <summary>One way to group the tasks, trained and scored on the test rows.</summary>
/// <param name="Name">"single", "all" or "grouped".</param>
/// <param name="Grouping">Which tasks shared a network.</param>
/// <param name="Model">The networks.</param>
/// <param name="Metrics">Of the test rows.</param>
/// <param name="Seconds">Time to train and score.</param>
internal sealed record Variant(
    string Name, TaskGrouping Grouping, MultiTaskModel Model, MultiTaskMetrics Metrics, double Seconds)
{
    public const string Single = "single";
    public const string All = "all";
    public const string Grouped = "grouped";
}
