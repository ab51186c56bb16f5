using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Networks;

/// <summary>Scores rows of a feature matrix in blocks, so that its cells are never all expanded.</summary>
internal static class BlockScoring
{
    private const int BlockRows = 1024;

    /// <summary>Promises that no network of the model will change any more.</summary>
    public static void Freeze(this MultiTaskModel model)
    {
        foreach (SharedBottomNetwork network in model.Models.OfType<SharedBottomNetwork>())
            network.Freeze();
    }

    /// <summary>A group's scores and raw outputs of all rows, each rows×outputs.</summary>
    public static void Score(this IGroupModel model, FeatureMatrix features, Span<float> scores, Span<float> raw,
        int threads)
    {
        var block = new float[Math.Min(BlockRows, features.RowCount) * features.ColumnCount];
        for (int from = 0; from < features.RowCount; from += BlockRows)
        {
            int count = Math.Min(BlockRows, features.RowCount - from), at = from * model.OutputCount;
            features.CopyRows([.. Enumerable.Range(from, count)], block);
            model.Score(block, count, scores[at..], raw[at..], threads);
        }
    }

    /// <summary>The model's scores of some rows, rows×outputs; bits do not depend on the blocks.</summary>
    public static float[] Score(this MultiTaskModel model, FeatureMatrix features, ReadOnlySpan<int> rows, int threads)
    {
        model.Freeze();
        var scores = new float[(long)rows.Length * model.OutputCount];
        var block = new float[Math.Min(BlockRows, rows.Length) * features.ColumnCount];
        for (int from = 0; from < rows.Length; from += BlockRows)
        {
            int count = Math.Min(BlockRows, rows.Length - from);
            features.CopyRows(rows.Slice(from, count), block);
            model.Score(block, count, scores.AsSpan(from * model.OutputCount), threads);
        }
        return scores;
    }
}
