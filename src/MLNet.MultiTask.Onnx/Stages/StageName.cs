namespace MLNet.MultiTask.Onnx.Stages;

/// <summary>A stage as errors name it.</summary>
internal sealed record StageName(int Number, int Count, string Type)
{
    /// <summary>The error of a stage that cannot be exported.</summary>
    public NotSupportedException Unsupported(string column, string reason, Exception? inner = null) =>
        new($"{this}, which makes column '{column}', cannot be exported to ONNX: {reason}", inner);

    public override string ToString() => $"Stage {Number} of {Count} ({Type})";
}
