using Microsoft.ML;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Mapping;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Trainers;

namespace MLNet.MultiTask;

/// <summary>
/// A trained multi-task model as a transformer: adds <c>Score.&lt;task&gt;</c> and, by kind of task, <c>Probability.&lt;task&gt;</c> and
/// <c>PredictedLabel.&lt;task&gt;</c>. Rows are scored one by one as they are asked for, each group's network at most once per row and
/// only if one of its tasks is asked for. A row with a feature that is not finite has missing scores (NaN, false, key 0).
/// </summary>
public sealed class MultiTaskPredictionTransformer : MultiTaskTransformer
{
    internal const string Kind = "MultiTaskPrediction";

    internal MultiTaskPredictionTransformer(MLContext context, MultiTaskModel model, TaskLayout layout, string featureColumnName) : base(context) =>
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

    private protected override RowMapping Bind(DataViewSchema input) => ScoringMapping.Bind(input, Model, Layout, FeatureColumnName);

    private protected override ITransformer ToBuiltInChain() => BuiltInScoring.Chain(Context, this);
}
