using MLNet.MultiTask.Persistence;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.BuiltIn;

namespace MLNet.MultiTask.Trainers;

/// <summary>
/// Runs a prediction transformer on row objects: all scored columns of a row as numbers, those of one type after those
/// of another, each type from a multiple of <see cref="RowParts.Count"/> on.
/// </summary>
internal sealed class ObjectScorer
{
    private readonly Action<RowToScore> _moveTo;
    private readonly List<Action<Memory<float>>> _writers = [];
    private readonly float[] _numbers;

    public ObjectScorer(MultiTaskPredictionTransformer transformer)
    {
        DataViewSchema input = BuiltInScoring.InputOfTexts(transformer);
        var row = new ObjectRow(input);
        _moveTo = row.MoveTo;
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(input);
        DataViewSchema.Column[] added = [.. mapper.OutputSchema.Skip(input.Count)
            .OrderBy(c => BuiltInScoring.Order(c.Type))];
        DataViewRow scored = mapper.GetRow(row, added);
        int[] starts = [.. BuiltInScoring.Starts(added.Select(c => c.Type))];
        for (int i = 0; i < added.Length; i++)
        {
            int start = starts[i];
            Action<Memory<float>> write = Writer(scored, added[i]);
            _writers.Add(numbers => write(numbers[start..]));
        }
        _numbers = new float[added.Length == 0 ? 0 : starts[^1] + ((added[^1].Type as VectorDataViewType)?.Size ?? 1)];
    }

    public VBuffer<float> Score(RowToScore row, VBuffer<float> numbers)
    {
        _moveTo(row);
        foreach (Action<Memory<float>> write in _writers)
            write(_numbers);
        return Values.Copy(_numbers, numbers);
    }

    private static Action<Memory<float>> Writer(DataViewRow row, DataViewSchema.Column column) =>
        column.Type.RawType switch
    {
        var t when t == typeof(float) => Scalar<float>(row, column, v => v),
        var t when t == typeof(bool) => Scalar<bool>(row, column, v => v ? 1 : 0),
        var t when t == typeof(uint) => Scalar<uint>(row, column, v => v),
        var t when t == typeof(VBuffer<float>) => Vector<float>(row, column, v => v),
        var t when t == typeof(VBuffer<bool>) => Vector<bool>(row, column, v => v ? 1 : 0),
        _ => Vector<uint>(row, column, v => v),
    };

    private static Action<Memory<float>> Scalar<T>(DataViewRow row, DataViewSchema.Column column,
        Func<T, float> convert)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return numbers =>
        {
            getter(ref value);
            numbers.Span[0] = convert(value);
        };
    }

    private static Action<Memory<float>> Vector<T>(DataViewRow row, DataViewSchema.Column column,
        Func<T, float> convert)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        return numbers =>
        {
            getter(ref buffer);
            ReadOnlySpan<T> values = buffer.GetValues();
            for (int i = 0; i < values.Length; i++)
                numbers.Span[i] = convert(values[i]);
        };
    }

    /// <summary>A row object as the row of a view: features, and the task id as text.</summary>
    private sealed class ObjectRow(DataViewSchema schema) : DataViewRow
    {
        private RowToScore _current = new();
        private long _position = -1;

        public override DataViewSchema Schema => schema;

        public override long Position => _position;

        public override long Batch => 0;

        public void MoveTo(RowToScore row) => (_current, _position) = (row, _position + 1);

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
            id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Delegate getter = column.Type is VectorDataViewType
                ? (ValueGetter<VBuffer<float>>)((ref VBuffer<float> features) =>
                    _current.MultiTaskFeatures.CopyTo(ref features))
                : (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> id) =>
                    id = _current.MultiTaskTaskId.AsMemory());
            return (ValueGetter<TValue>)getter;
        }
    }
}
