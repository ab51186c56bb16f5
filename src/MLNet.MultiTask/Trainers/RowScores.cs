using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Mapping;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Trainers;

/// <summary>
/// Scores the current row: each group's network at most once per row, and only where one of its tasks is asked for;
/// nothing is allocated per row. A row with a feature that is not finite has missing scores, NaN, predicted label false
/// or key 0, but a missing feature (NaN) is nothing to models that accept it.
/// </summary>
internal sealed class RowScores : AddedValues
{
    private readonly DataViewRow _row;
    private readonly ValueGetter<VBuffer<float>> _featureGetter;
    private readonly MultiTaskModel _model;
    private readonly IReadOnlyList<ScoredColumn> _columns;
    private readonly BlockScores[] _blocks;
    private readonly (int Group, int Offset)[] _places;
    private readonly float[] _features;
    private readonly float[][] _raw, _scores;
    private readonly long[] _scoredAt;
    private VBuffer<float> _featureBuffer;
    private long _featuresAt = long.MinValue;
    private bool _isFinite;
    private bool _hasMissing;

    public RowScores(DataViewRow row, ScoringMapping mapping)
    {
        (_row, _model, _columns) = (row, mapping.Model, mapping.Columns);
        _featureGetter = row.GetGetter<VBuffer<float>>(mapping.FeatureColumn);
        _features = new float[_model.FeatureCount];
        _raw = [.. _model.Models.Select(m => new float[m.OutputCount])];
        _scores = [.. _model.Models.Select(m => new float[m.OutputCount])];
        _scoredAt = new long[_raw.Length];
        Array.Fill(_scoredAt, long.MinValue);
        _places = Places(_model);
        _blocks = [.. mapping.Layout.Blocks.Select(block => new BlockScores(this, block, mapping.TaskIdColumn is { } id
            ? TaskIds.Find(row, id, [.. mapping.Layout.TasksOf(block).Select(t => t.Name)]) : null))];
    }

    public override Delegate GetGetter(int added) => _blocks[_columns[added].Block].GetGetter(_columns[added].Value);

    /// <summary>Raw outputs of a task: logits; the value of a regression in the user's units.</summary>
    public ReadOnlySpan<float> Raw(int task) => Outputs(_raw, task);

    /// <summary>What <see cref="MultiTaskModel.Score"/> gives for a task.</summary>
    public ReadOnlySpan<float> Scores(int task) => Outputs(_scores, task);

    private ReadOnlySpan<float> Outputs(float[][] of, int task)
    {
        (int group, int offset) = _places[task];
        ScoreGroup(group);
        return of[group].AsSpan(offset, _model.Tasks[task].OutputCount);
    }

    private void ScoreGroup(int group)
    {
        if (_scoredAt[group] == _row.Position)
            return;
        ReadFeatures();
        if (_isFinite && (!_hasMissing || _model.Models[group].AcceptsMissingFeatures))
        {
            _model.Models[group].Score(_features, 1, _scores[group], _raw[group]);
            AddOffsets(group);
        }
        else
        {
            Array.Fill(_raw[group], float.NaN);
            Array.Fill(_scores[group], float.NaN);
        }
        _scoredAt[group] = _row.Position;
    }

    // From what the model was trained on to the label's units.
    private void AddOffsets(int group)
    {
        IReadOnlyList<TaskInfo> tasks = _model.Models[group].Tasks;
        for (int t = 0; t < tasks.Count; t++)
            if (tasks[t].Offset != 0)
            {
                int place = _model.Models[group].OutputOffset(t);
                _scores[group][place] = (float)(_scores[group][place] + tasks[t].Offset);
                _raw[group][place] = (float)(_raw[group][place] + tasks[t].Offset);
            }
    }

    private void ReadFeatures()
    {
        if (_featuresAt == _row.Position)
            return;
        _featureGetter(ref _featureBuffer);
        if (_featureBuffer.Length != _features.Length)
            throw new InvalidOperationException($"A row has {_featureBuffer.Length} features, the model takes " +
                $"{_features.Length}");
        _featureBuffer.CopyTo(_features);
        (_isFinite, _hasMissing) = (true, false);
        foreach (float feature in _features)
            (_isFinite, _hasMissing) = (_isFinite && !float.IsInfinity(feature), _hasMissing || float.IsNaN(feature));
        _featuresAt = _row.Position;
    }

    private static (int, int)[] Places(MultiTaskModel model)
    {
        var places = new (int, int)[model.Tasks.Count];
        for (int g = 0; g < model.Grouping.Count; g++)
        {
            IReadOnlyList<int> members = model.Grouping.Groups[g].Members;
            for (int m = 0; m < members.Count; m++)
                if (model.Grouping.Groups[g].Served.Contains(members[m]))
                    places[members[m]] = (g, model.Models[g].OutputOffset(m));
        }
        return places;
    }
}
