namespace MLNet.MultiTask.Onnx.Stages;

/// <summary>The tensor of each column between two stages, or why there is none.</summary>
internal sealed class ColumnTensors
{
    private readonly Dictionary<string, string> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _missing = new(StringComparer.Ordinal);

    public bool IsKnown(string column) => _tensors.ContainsKey(column);

    public void Set(string column, string tensor)
    {
        _tensors[column] = tensor;
        _missing.Remove(column);
    }

    public void SetMissing(string column, string reason)
    {
        _missing[column] = reason;
        _tensors.Remove(column);
    }

    /// <exception cref="NotSupportedException">
    /// The column has no tensor (stage, column and reason are named).
    /// </exception>
    public string Get(string column, StageName? stage) => _tensors.TryGetValue(column, out string? tensor) ? tensor
        : throw new NotSupportedException(
            $"{(stage is null ? "The output" : $"{stage}")} needs column '{column}', which cannot be exported to " +
            "ONNX: " + _missing.GetValueOrDefault(column, "it does not exist"));
}
