using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>
/// Scores rows of a data set; rows count alike, whatever their training weight, as in the reference results.
/// </summary>
internal static class Scoring
{
    public static MultiTaskMetrics Evaluate(
        DataSet data, MultiTaskModel model, int[] rows, ConstantPredictor reference, int? threads) =>
        Evaluate(data, rows, Score(model, data.Table, rows, threads), reference);

    public static MultiTaskMetrics Evaluate(DataSet data, ConstantPredictor constant, int[] rows) =>
        Evaluate(data, rows, constant.Score(rows.Length), constant);

    /// <summary>The constant predictor of the rows.</summary>
    public static ConstantPredictor Constant(DataSet data, int[] rows) =>
        ConstantPredictor.Learn(data.Table.Tasks, Labels(data, rows));

    /// <summary>Scores of the rows, rows×outputs.</summary>
    public static float[] Score(MultiTaskModel model, TaskTable table, int[] rows, int? threads) =>
        model.Score(table.Features, rows, threads ?? Environment.ProcessorCount);

    private static MultiTaskMetrics Evaluate(DataSet data, int[] rows, float[] scores, ConstantPredictor reference) =>
        LibraryErrors.Translate(
            () => MultiTaskMetrics.Evaluate(data.Table.Tasks, scores, Labels(data, rows), reference: reference));

    private static float[] Labels(DataSet data, int[] rows)
    {
        int tasks = data.Table.Tasks.Count;
        var labels = new float[(long)rows.Length * tasks];
        for (int i = 0; i < rows.Length; i++)
            data.Table.Labels.AsSpan(rows[i] * tasks, tasks).CopyTo(labels.AsSpan(i * tasks));
        return labels;
    }
}
