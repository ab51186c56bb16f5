using MLNet.MultiTask.Data;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Trainers;

/// <summary>The getters of one block of tasks.</summary>
internal sealed class BlockScores
{
    private readonly TaskScores _scores;
    private readonly TaskBlock _block;
    private readonly int _size;
    private readonly float[] _mean;
    private readonly Func<int>? _taskOfRow;

    /// <param name="scores">The row's scores.</param>
    /// <param name="block">The tasks.</param>
    /// <param name="taskOfRow">
    /// Indexed form: the number of the row's task within the block, −1 for an unknown one.
    /// </param>
    public BlockScores(TaskScores scores, TaskBlock block, Func<int>? taskOfRow)
    {
        (_scores, _block, _taskOfRow, _size) = (scores, block, taskOfRow, block.Classes?.Texts.Count ?? 1);
        _mean = new float[_size];
    }

    private delegate TValue Pick<TValue>(ReadOnlySpan<float> outputs);

    public Delegate GetGetter(ScoredValue value) => (value, _block.Form, _block.Kind) switch
    {
        (ScoredValue.PredictedLabel, TaskForm.Vector, TaskKind.Binary) when _block.LabelKey is { } key =>
            Labels(s => KeyOf(s, key)),
        (ScoredValue.PredictedLabel, _, TaskKind.Binary) when _block.LabelKey is { } key =>
            Scalar(ScoredValue.Score, s => KeyOf(s, key)),
        (ScoredValue.PredictedLabel, TaskForm.Vector, TaskKind.Binary) => Labels(IsPositive),
        (ScoredValue.PredictedLabel, TaskForm.Vector, _) => Labels(KeyOfGreatest),
        (ScoredValue.PredictedLabel, _, TaskKind.Binary) => Scalar(ScoredValue.Score, IsPositive),
        (ScoredValue.PredictedLabel, _, _) => Scalar(ScoredValue.Score, KeyOfGreatest),
        (_, TaskForm.Vector, _) or (_, _, TaskKind.Multiclass) => Vector(value),
        _ => Scalar(value, s => s[0]),
    };

    private ValueGetter<TValue> Scalar<TValue>(ScoredValue of, Pick<TValue> pick) => _taskOfRow is null
        ? (ref TValue value) => value = pick(Outputs(of, 0))
        : (ref TValue value) => value = pick(OutputsOfRow(of));

    private ValueGetter<VBuffer<float>> Vector(ScoredValue of) => (ref VBuffer<float> value) =>
    {
        int tasks = _taskOfRow is null ? _block.Count : 1;
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, tasks * _size);
        for (int t = 0; t < tasks; t++)
            (_taskOfRow is null ? Outputs(of, t) : OutputsOfRow(of)).CopyTo(editor.Values[(t * _size)..]);
        value = editor.Commit();
    };

    private ValueGetter<VBuffer<TValue>> Labels<TValue>(Pick<TValue> pick) => (ref VBuffer<TValue> value) =>
    {
        VBufferEditor<TValue> editor = VBufferEditor.Create(ref value, _block.Count);
        for (int t = 0; t < _block.Count; t++)
            editor.Values[t] = pick(Outputs(ScoredValue.Score, t));
        value = editor.Commit();
    };

    // A binary task's score is its logit; everything else is as the model's Score gives it.
    private ReadOnlySpan<float> Outputs(ScoredValue of, int task) => of == ScoredValue.Score
        && _block.Kind == TaskKind.Binary
        ? _scores.Raw(_block.FirstTask + task) : _scores.Scores(_block.FirstTask + task);

    private ReadOnlySpan<float> OutputsOfRow(ScoredValue of)
    {
        int task = _taskOfRow!();
        if (task >= 0)
            return Outputs(of, task);
        Array.Fill(_mean, _block.UnknownTask == UnknownTask.Average ? 0 : float.NaN);
        for (int t = 0; t < _block.Count; t++)
            for (int k = 0; k < _size; k++)
                _mean[k] += Outputs(ScoredValue.Score, t)[k] / _block.Count;
        if (of == ScoredValue.Probability)
            _mean[0] = OutputTransform.Sigmoid(_mean[0]);
        return _mean;
    }

    private static uint KeyOf(ReadOnlySpan<float> score, BinaryKey key) => float.IsNaN(score[0]) ? 0
        : (uint)(score[0] > 0 ? key.PositiveKey : 3 - key.PositiveKey);

    private static bool IsPositive(ReadOnlySpan<float> score) => score[0] > 0;

    private static uint KeyOfGreatest(ReadOnlySpan<float> probabilities)
    {
        int greatest = 0;
        for (int k = 1; k < probabilities.Length; k++)
            if (probabilities[k] > probabilities[greatest])
                greatest = k;
        return float.IsNaN(probabilities[0]) ? 0 : (uint)greatest + 1;
    }
}
