using Microsoft.ML;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Stages;

/// <summary>One of our own transformers.</summary>
internal static class OwnStage
{
    /// <summary>Adds the stage; returns the columns that it makes.</summary>
    public static IReadOnlyList<string> Export(MultiTaskTransformer transformer, StageName stage, DataViewSchema input,
        DataViewSchema output, ColumnTensors columns, GraphBuilder graph)
    {
        string[] added = [.. output.Skip(input.Count).Select(c => c.Name)];
        switch (transformer)
        {
            case MultiTaskPredictionTransformer prediction:
                foreach ((string column, string tensor) in
                    ScoringStage.Export(prediction, stage, input, columns, graph))
                    columns.Set(column, tensor);
                return added;
            case FeaturizeTransformer featurize:
                columns.Set(featurize.OutputColumnName,
                    FeaturizeStage.Export(featurize, stage, input, columns, graph));
                return added;
            case TaskAffinityTransformer or TaskGroupingTransformer:
                foreach (string column in added)
                    columns.SetMissing(column, "it belongs to training and is the same in every row");
                return [];
            default:
                throw stage.Unsupported(added[0], "there is no exporter for it");
        }
    }
}
