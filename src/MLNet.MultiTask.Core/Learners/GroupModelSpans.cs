using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Learners;

/// <summary>The check that every <see cref="IGroupModel.Score"/> begins with.</summary>
internal static class GroupModelSpans
{
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void ThrowIfTooShort(IGroupModel model, ReadOnlySpan<float> features, int rows,
        ReadOnlySpan<float> scores, ReadOnlySpan<float> raw)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        if (features.Length < (long)rows * model.FeatureCount)
            throw new ArgumentException($"{features.Length} feature values given, {rows}×{model.FeatureCount} expected",
                nameof(features));
        ThrowIfTooShort(model, rows, scores, nameof(scores));
        ThrowIfTooShort(model, rows, raw, nameof(raw));
    }

    private static void ThrowIfTooShort(IGroupModel model, int rows, ReadOnlySpan<float> results, string name)
    {
        if (!results.IsEmpty && results.Length < (long)rows * model.OutputCount)
            throw new ArgumentException($"Room for {Counted.Of(results.Length, "output")} given, " +
                $"{rows}×{model.OutputCount} expected",
                name);
    }
}
