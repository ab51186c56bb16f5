using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Evaluation;

/// <summary>Calibrates the binary tasks of a model and tunes their thresholds.</summary>
internal static class ModelCalibration
{
    /// <summary>The adjusted model, and the tasks that could not be adjusted.</summary>
    /// <param name="model">The model; it stays as it is.</param>
    /// <param name="table">The model's tasks on rows that it was not trained on.</param>
    /// <param name="options">How.</param>
    public static (MultiTaskModel Model, IReadOnlyList<TaskInfo> Unadjusted) Run(MultiTaskModel model, TaskTable table,
        CalibrationOptions options)
    {
        var unadjusted = new List<TaskInfo>();
        var adjusted = new IGroupModel[model.Models.Count];
        for (int g = 0; g < adjusted.Length; g++)
        {
            // Calibrating anew begins from the model's own margins.
            IGroupModel inner = model.Models[g] is CalibratedModel before ? before.Inner : model.Models[g];
            float[] scores = new float[table.RowCount * inner.OutputCount], raw = new float[scores.Length];
            inner.Score(table.Features, scores, raw, Environment.ProcessorCount);
            var calibrators = new ICalibrator?[inner.Tasks.Count];
            float[] thresholds = [.. Enumerable.Repeat(0.5f, inner.Tasks.Count)];
            TaskGroup group = model.Grouping.Groups[g];
            for (int m = 0; m < group.Members.Count; m++)
            {
                int task = group.Members[m];
                if (model.Tasks[task].Kind != TaskKind.Binary || !group.Served.Contains(task))
                    continue;
                float[] margins = Column(raw, inner, m), labels = Labels(table, task), weights = Weights(table, task);
                var cells = new BinaryCells(margins, labels, weights);
                if (cells.HasBothClasses)
                    (calibrators[m], thresholds[m]) =
                        Fit(cells, Probabilities(scores, inner, m, labels, margins, weights), options);
                else
                    unadjusted.Add(model.Tasks[task]);
            }
            adjusted[g] = new CalibratedModel(inner, calibrators, thresholds);
        }
        return (new MultiTaskModel(model.Tasks, model.Grouping, adjusted), unadjusted);
    }

    private static (ICalibrator?, float) Fit(BinaryCells cells, float[] probabilities, CalibrationOptions options)
    {
        ICalibrator? calibrator = options.Method switch
        {
            CalibrationMethod.Platt => PlattCalibrator.Fit(cells),
            CalibrationMethod.Isotonic => IsotonicCalibrator.Fit(cells),
            _ => null,
        };
        if (calibrator is not null)
            probabilities = [.. cells.Margins.Select(calibrator.Probability)];
        return (calibrator, options.ThresholdObjective is { } objective
            ? ThresholdTuner.Tune(probabilities, cells, objective) : 0.5f);
    }

    private static float[] Column(float[] outputs, IGroupModel model, int task) =>
        [.. Enumerable.Range(0, outputs.Length / model.OutputCount)
            .Select(row => outputs[row * model.OutputCount + model.OutputOffset(task)])];

    // Those of the cells that BinaryCells keeps.
    private static float[] Probabilities(float[] scores, IGroupModel model, int task, float[] labels, float[] margins,
        float[] weights) =>
        [.. Column(scores, model, task).Where((_, row) =>
            !float.IsNaN(labels[row]) && float.IsFinite(margins[row]) && weights[row] > 0)];

    private static float[] Labels(TaskTable table, int task) =>
        [.. Enumerable.Range(0, table.RowCount).Select(row => table.Label(row, task))];

    private static float[] Weights(TaskTable table, int task) =>
        [.. Enumerable.Range(0, table.RowCount).Select(row => table.Weight(row, task))];
}
