using Microsoft.ML;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Mapping;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Trainers;

namespace MLNet.MultiTask;

/// <summary>
/// A trained multi-task model as a transformer: adds <c>Score.&lt;task&gt;</c> and, by kind of task,
/// <c>Probability.&lt;task&gt;</c> and <c>PredictedLabel.&lt;task&gt;</c>. Rows are scored as they are asked for, in
/// batches along a cursor and one by one in a prediction engine, and only by models of which a task is asked for. A row
/// with a feature that is not finite has missing scores (NaN, false, key 0).
/// </summary>
/// <remarks>
/// <c>mlContext.MultiTask().Save</c> keeps everything and refuses damaged files. <c>mlContext.Model.Save</c> works,
/// too, and its file loads in a process that has registered nothing (this library must be beside it): what comes back
/// there is a chain of ML.NET's own transformers with the same columns and values, without their annotations but for
/// the key values of predicted labels (of class values that are neither text nor numbers a missing label may come back
/// as a class).
/// </remarks>
public sealed class MultiTaskPredictionTransformer : MultiTaskTransformer
{
    internal const string Kind = "MultiTaskPrediction";

    internal MultiTaskPredictionTransformer(MLContext context, MultiTaskModel model, TaskLayout layout,
        string featureColumnName) : base(context) =>
        (Model, Layout, FeatureColumnName) = (model, layout, featureColumnName);

    /// <summary>The networks, tasks and grouping.</summary>
    public MultiTaskModel Model { get; }

    /// <summary>Which tasks were trained together.</summary>
    public TaskGrouping Grouping => Model.Grouping;

    /// <summary>The column of features, a <c>Vector&lt;Single, d&gt;</c>.</summary>
    public string FeatureColumnName { get; }

    internal TaskLayout Layout { get; }

    internal override string StateKind => Kind;

    internal override void Save(Stream stream) => PredictionState.Save(this, stream);

    private protected override RowMapping Bind(DataViewSchema input) =>
        ScoringMapping.Bind(input, Model, Layout, FeatureColumnName);

    private protected override ITransformer ToBuiltInChain() => BuiltInScoring.Chain(Context, this);
}
