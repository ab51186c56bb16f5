using MLNet.MultiTask.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Trainers;

/// <summary>
/// Scores the rows of a batch at once, by all models of which a task may be asked for; only when one is asked for.
/// </summary>
internal sealed class BatchScores : TaskScores
{
    // Below, waking another thread takes longer than the work.
    private const int RowsToShare = 64;

    private readonly Func<int> _current;
    private readonly ValueGetter<VBuffer<float>> _featureGetter;
    private readonly int[] _groups;
    private readonly float[] _features;
    private readonly FeatureState[] _states;
    private readonly bool _hasOffsets;
    private readonly float[][] _raw, _scores;
    private VBuffer<float> _buffer;
    private int _rows;
    private bool _isScored;

    /// <param name="row">Gives the features.</param>
    /// <param name="mapping">The model and its columns.</param>
    /// <param name="active">Which added columns may be asked for.</param>
    /// <param name="rows">Most rows of a batch.</param>
    /// <param name="current">The place of the current row in the batch.</param>
    public BatchScores(DataViewRow row, ScoringMapping mapping, IReadOnlyList<bool> active, int rows,
        Func<int> current) : base(mapping)
    {
        _current = current;
        _featureGetter = row.GetGetter<VBuffer<float>>(mapping.FeatureColumn);
        _groups = [.. mapping.GroupsOf(active)];
        (_features, _states) = (new float[rows * Model.FeatureCount], new FeatureState[rows]);
        _hasOffsets = Model.Tasks.Any(t => t.Offset != 0);
        _raw = [.. Model.Models.Select((m, g) => _groups.Contains(g) ? new float[rows * m.OutputCount] : [])];
        _scores = [.. _raw.Select(r => new float[r.Length])];
    }

    /// <summary>Begins the next batch.</summary>
    public void Clear() => (_rows, _isScored) = (0, false);

    /// <summary>Adds the cursor's current row to the batch.</summary>
    public void ReadRow()
    {
        _featureGetter(ref _buffer);
        Span<float> row = _features.AsSpan(_rows * Model.FeatureCount, Model.FeatureCount);
        Copy(_buffer, row);
        _states[_rows] = StateOf(row);
        // A row that nobody can score is shown to nobody.
        if (_states[_rows] != FeatureState.Finite && !Array.Exists(_groups, g => CanScore(g, _states[_rows])))
            row.Clear();
        _rows++;
    }

    public override ReadOnlySpan<float> Raw(int task) => Outputs(_raw, task);

    public override ReadOnlySpan<float> Scores(int task) => Outputs(_scores, task);

    protected override Func<int>? TaskOfRow(int block) => null;

    private ReadOnlySpan<float> Outputs(float[][] of, int task)
    {
        if (!_isScored)
            Score();
        (int group, int offset) = Mapping.Places[task];
        return of[group].AsSpan(_current() * Model.Models[group].OutputCount + offset, Model.Tasks[task].OutputCount);
    }

    private void Score()
    {
        SharedPool.Run(_groups.Length, _rows < RowsToShare ? 1 : Environment.ProcessorCount, i => Score(_groups[i]));
        _isScored = true;
    }

    private void Score(int group)
    {
        Model.Models[group].Score(_features, _rows, _scores[group], _raw[group]);
        int width = Model.Models[group].OutputCount;
        for (int row = 0; row < _rows; row++)
        {
            Span<float> raw = _raw[group].AsSpan(row * width, width),
                scores = _scores[group].AsSpan(row * width, width);
            if (!CanScore(group, _states[row]))
            {
                raw.Fill(float.NaN);
                scores.Fill(float.NaN);
            }
            else if (_hasOffsets)
                AddOffsets(group, scores, raw);
        }
    }
}
