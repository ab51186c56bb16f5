using MLNet.MultiTask.Data;
using MLNet.MultiTask.Mapping;
using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Trainers;

/// <summary>
/// The scores of the current row. A row with a feature that is not finite has missing scores: NaN, predicted label
/// false or key 0, but a missing feature (NaN) is nothing to models that accept it.
/// </summary>
internal abstract class TaskScores(ScoringMapping mapping) : AddedValues
{
    private readonly BlockScores[] _blocks = new BlockScores[mapping.Layout.Blocks.Count];

    protected MultiTaskModel Model => mapping.Model;

    protected ScoringMapping Mapping => mapping;

    public override Delegate GetGetter(int added)
    {
        ScoredColumn column = mapping.Columns[added];
        BlockScores block = _blocks[column.Block] ??= new BlockScores(this, mapping.Layout.Blocks[column.Block],
            TaskOfRow(column.Block));
        return block.GetGetter(column.Value);
    }

    /// <summary>Raw outputs of a task: margins; the value of a regression in the user's units.</summary>
    public abstract ReadOnlySpan<float> Raw(int task);

    /// <summary>What <see cref="MultiTaskModel.Score"/> gives for a task.</summary>
    public abstract ReadOnlySpan<float> Scores(int task);

    /// <summary>Task-indexed data: the number of the row's task within the block, −1 for an unknown one.</summary>
    protected abstract Func<int>? TaskOfRow(int block);

    protected static void Copy(in VBuffer<float> features, Span<float> to)
    {
        if (features.Length != to.Length)
            throw new InvalidOperationException($"A row has {Counted.Of(features.Length, "feature")}, the model " +
                $"takes {to.Length}");
        features.CopyTo(to);
    }

    /// <summary>Whether a group's model scores a row of such features.</summary>
    protected bool CanScore(int group, FeatureState state) => state == FeatureState.Finite
        || (state == FeatureState.Missing && Model.Models[group].AcceptsMissingFeatures);

    /// <summary>From what the model was trained on to the labels' units, for one row.</summary>
    protected void AddOffsets(int group, Span<float> scores, Span<float> raw)
    {
        IReadOnlyList<TaskInfo> tasks = Model.Models[group].Tasks;
        for (int t = 0; t < tasks.Count; t++)
            if (tasks[t].Offset != 0)
            {
                int place = Model.Models[group].OutputOffset(t);
                scores[place] = (float)(scores[place] + tasks[t].Offset);
                raw[place] = (float)(raw[place] + tasks[t].Offset);
            }
    }

    protected static FeatureState StateOf(ReadOnlySpan<float> features)
    {
        bool missing = false, infinite = false;
        foreach (float feature in features)
        {
            missing |= float.IsNaN(feature);
            infinite |= float.IsInfinity(feature);
        }
        return infinite ? FeatureState.Infinite : missing ? FeatureState.Missing : FeatureState.Finite;
    }

    /// <summary>What the features of a row are.</summary>
    protected enum FeatureState
    {
        Finite,

        /// <summary>Some are NaN.</summary>
        Missing,

        /// <summary>Some are infinite, whatever else.</summary>
        Infinite,
    }
}
