using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Trainers;

/// <summary>
/// Scores row by row: each group's model at most once per row, and only where one of its tasks is asked for; nothing is
/// allocated per row.
/// </summary>
internal sealed class RowScores : TaskScores
{
    private readonly DataViewRow _row;
    private readonly ValueGetter<VBuffer<float>> _featureGetter;
    private readonly float[] _features;
    private readonly float[][] _raw, _scores;
    private readonly long[] _scoredAt;
    private VBuffer<float> _featureBuffer;
    private long _featuresAt = long.MinValue;
    private FeatureState _state;

    public RowScores(DataViewRow row, ScoringMapping mapping) : base(mapping)
    {
        _row = row;
        _featureGetter = row.GetGetter<VBuffer<float>>(mapping.FeatureColumn);
        _features = new float[Model.FeatureCount];
        _raw = [.. Model.Models.Select(m => new float[m.OutputCount])];
        _scores = [.. Model.Models.Select(m => new float[m.OutputCount])];
        _scoredAt = new long[_raw.Length];
        Array.Fill(_scoredAt, long.MinValue);
    }

    public override ReadOnlySpan<float> Raw(int task) => Outputs(_raw, task);

    public override ReadOnlySpan<float> Scores(int task) => Outputs(_scores, task);

    protected override Func<int>? TaskOfRow(int block) => Mapping.TaskIdColumn is { } id
        ? TaskIds.Find(_row, id, [.. Mapping.Layout.TasksOf(Mapping.Layout.Blocks[block]).Select(t => t.Name)]) : null;

    private ReadOnlySpan<float> Outputs(float[][] of, int task)
    {
        (int group, int offset) = Mapping.Places[task];
        ScoreGroup(group);
        return of[group].AsSpan(offset, Model.Tasks[task].OutputCount);
    }

    private void ScoreGroup(int group)
    {
        if (_scoredAt[group] == _row.Position)
            return;
        ReadFeatures();
        if (CanScore(group, _state))
        {
            Model.Models[group].Score(_features, 1, _scores[group], _raw[group]);
            AddOffsets(group, _scores[group], _raw[group]);
        }
        else
        {
            Array.Fill(_raw[group], float.NaN);
            Array.Fill(_scores[group], float.NaN);
        }
        _scoredAt[group] = _row.Position;
    }

    private void ReadFeatures()
    {
        if (_featuresAt == _row.Position)
            return;
        _featureGetter(ref _featureBuffer);
        Copy(_featureBuffer, _features);
        _state = StateOf(_features);
        _featuresAt = _row.Position;
    }
}
