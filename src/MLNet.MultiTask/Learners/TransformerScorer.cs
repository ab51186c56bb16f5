using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Learners;

/// <summary>
/// Scores row after row with a fitted single-label transformer; used by one thread at a time. Nothing is allocated per
/// row but by the transformer.
/// </summary>
internal sealed class TransformerScorer
{
    private readonly Action _moveNext;
    private readonly float[] _features;
    private readonly ValueGetter<float>? _scalar, _probability;
    private readonly ValueGetter<VBuffer<float>>? _vector;
    private VBuffer<float> _buffer;

    public TransformerScorer(ITransformer transformer, SingleTaskSchema schema)
    {
        _features = new float[((VectorDataViewType)schema.Columns[SingleTaskSchema.Features].Type).Size];
        var row = new ScoringRow(schema, _features);
        _moveNext = row.MoveNext;
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(schema.Columns);
        DataViewSchema.Column score = mapper.OutputSchema["Score"];
        DataViewSchema.Column[] wanted = schema.Task.Kind == TaskKind.Binary
            ? [score, mapper.OutputSchema["Probability"]] : [score];
        DataViewRow scored = mapper.GetRow(row, wanted);
        if (schema.Task.Kind == TaskKind.Multiclass)
            _vector = scored.GetGetter<VBuffer<float>>(score);
        else
            _scalar = scored.GetGetter<float>(score);
        if (schema.Task.Kind == TaskKind.Binary)
            _probability = scored.GetGetter<float>(wanted[1]);
    }

    /// <summary>What the transformer says about a row.</summary>
    /// <param name="features">The d features.</param>
    /// <param name="score">
    /// Overwritten with its score; multi-class: its scores, 0 for classes that it does not know.
    /// </param>
    /// <param name="probability">Overwritten with the probability of a binary task.</param>
    public void Score(ReadOnlySpan<float> features, Span<float> score, ref float probability)
    {
        features[.._features.Length].CopyTo(_features);
        _moveNext();
        _probability?.Invoke(ref probability);
        if (_vector is null)
        {
            _scalar!(ref score[0]);
            return;
        }
        _vector(ref _buffer);
        score.Clear();
        _buffer.CopyTo(score);
    }

    private sealed class ScoringRow(SingleTaskSchema schema, float[] features) : DataViewRow, ISingleTaskRow
    {
        private long _position = -1;

        public ReadOnlySpan<float> Features => features;

        public float Label => float.NaN;

        public float Weight => 1;

        public override DataViewSchema Schema => schema.Columns;

        // ML.NET's scorers compute once per position.
        public override long Position => _position;

        public override long Batch => 0;

        public void MoveNext() => _position++;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            schema.Getter<TValue>(column, this);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
            id = new DataViewRowId((ulong)_position, 0);
    }
}
