namespace MLNet.MultiTask.Tool.Data;

/// <summary>A label column and what it predicts.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">Null = binary where every label is 0 or 1, otherwise regression.</param>
/// <param name="Positive">Binary: the value that counts as 1; null where the values say so.</param>
internal sealed record LabelColumn(string Name, TaskKind? Kind, string? Positive = null);
