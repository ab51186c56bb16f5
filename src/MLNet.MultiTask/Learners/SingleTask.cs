namespace MLNet.MultiTask;

/// <summary>
/// One task as a single-label trainer of ML.NET sees it: the columns of a view that has the rows on which the task is
/// observed.
/// </summary>
/// <param name="Name">The task's name. The label can be read under this name, too.</param>
/// <param name="Kind">
/// What it predicts. The label is <c>Boolean</c> (binary), a key of the K classes (multi-class) or <c>Single</c>
/// (regression).
/// </param>
/// <param name="LabelColumnName">The label column: "Label".</param>
/// <param name="FeatureColumnName">The feature column, a <c>Vector&lt;Single, d&gt;</c>: "Features".</param>
/// <param name="ExampleWeightColumnName">
/// The weight column, "Weight"; null where every row of the task counts alike.
/// </param>
public sealed record SingleTask(string Name, TaskKind Kind, string LabelColumnName, string FeatureColumnName,
    string? ExampleWeightColumnName);
