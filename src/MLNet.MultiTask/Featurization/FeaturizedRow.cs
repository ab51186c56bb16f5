using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Mapping;

namespace MLNet.MultiTask.Featurization;

/// <summary>
/// Encodes the current row, and counts what the training did not have; nothing is allocated for known values.
/// </summary>
internal sealed class FeaturizedRow : AddedValues, IDisposable
{
    private readonly DataViewRow _row;
    private readonly FeaturizeTransformer _transformer;
    private readonly ColumnCells[] _columns;
    private readonly int _width, _most;
    private readonly long[] _unknown;
    private readonly string?[] _examples;
    private long _rows, _countedAt = long.MinValue;

    public FeaturizedRow(DataViewRow row, FeaturizeMapping mapping)
    {
        (_row, _transformer, _width) = (row, mapping.Transformer, mapping.Transformer.Encoder.FeatureCount);
        _columns = [.. mapping.Columns.Select((c, i) => new ColumnCells(_transformer.Encoder.Columns[i],
            RawCells.Open(row, c), _transformer.Forms[i], _transformer.Rules, _transformer.Places[i]))];
        _most = _columns.Sum(c => c.Most);
        (_unknown, _examples) = (new long[_columns.Length], new string?[_columns.Length]);
    }

    public override Delegate GetGetter(int added) => (ValueGetter<VBuffer<float>>)(4 * _most <= _width
        ? GetSparse : GetDense);

    /// <summary>Reports what was counted.</summary>
    public void Dispose()
    {
        if (_rows > 0)
            _transformer.Unknown.Add(_unknown, _examples, _rows);
        _rows = 0;
        Array.Clear(_unknown);
    }

    private void GetSparse(ref VBuffer<float> features)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref features, _width, _most);
        bool counts = BeginRow();
        int count = 0;
        for (int c = 0, offset = 0; c < _columns.Length; offset += _columns[c++].Width)
        {
            (int at, float value, bool missing) = Read(c, counts);
            if (at >= 0 && value != 0)
                (editor.Indices[count], editor.Values[count++]) = (offset + at, value);
            if (missing)
                (editor.Indices[count], editor.Values[count++]) = (offset + 1, 1);
        }
        features = editor.CommitTruncated(count);
    }

    private void GetDense(ref VBuffer<float> features)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref features, _width);
        bool counts = BeginRow();
        editor.Values.Clear();
        for (int c = 0, offset = 0; c < _columns.Length; offset += _columns[c++].Width)
        {
            (int at, float value, bool missing) = Read(c, counts);
            if (at >= 0)
                editor.Values[offset + at] = value;
            if (missing)
                editor.Values[offset + 1] = 1;
        }
        features = editor.Commit();
    }

    private bool BeginRow()
    {
        if (_countedAt == _row.Position)
            return false;
        (_countedAt, _rows) = (_row.Position, _rows + 1);
        return true;
    }

    private (int At, float Value, bool Missing) Read(int c, bool counts)
    {
        (int at, float value, bool missing) = _columns[c].Read(out bool unknown);
        if (unknown && counts)
        {
            _unknown[c]++;
            _examples[c] ??= _columns[c].Text();
        }
        return (at, value, missing);
    }

    /// <summary>One raw column's features.</summary>
    private sealed class ColumnCells
    {
        private readonly EncodedColumn _column;
        private readonly RawCells _cells;
        private readonly CellRules _rules;
        private readonly bool _asDecimal;
        private readonly Dictionary<string, int>? _places;

        public ColumnCells(EncodedColumn column, RawCells cells, CellForm trained, CellRules rules,
            Dictionary<string, int>? places)
        {
            (_column, _cells, _rules, _places) = (column, cells, rules, places);
            // 0.1 in single precision is not the 0.1 that was there in training, but is written like it.
            _asDecimal = cells.Form == CellForm.Single && trained != CellForm.Single;
        }

        /// <summary>Features of the column.</summary>
        public int Width => _column.FeatureCount;

        /// <summary>Most features that are not 0 at once.</summary>
        public int Most => _column.HasIndicator ? 2 : 1;

        public string Text() => _cells.IsNumber ? RawCells.TextOf(Number()) : _cells.Text().ToString();

        /// <summary>Place and value of the feature that is not 0 (place −1 = none), and whether to indicate that the
        /// value is missing.</summary>
        public (int At, float Value, bool Missing) Read(out bool unknown)
        {
            if (_places is not null)
                return ReadCategory(out unknown);
            double number;
            unknown = false;
            if (_cells.IsNumber)
                number = Number();
            else
                unknown = !_rules.TryNumber(_cells.Text().Span, out number);
            if (unknown)
                number = double.NaN;
            return (0, _column.Encode(number), _column.HasIndicator && double.IsNaN(number));
        }

        private (int, float, bool) ReadCategory(out bool unknown)
        {
            ReadOnlySpan<char> text = _cells.IsNumber ? RawCells.TextOf(Number())
                : _rules.Category(_cells.Text().Span);
            bool known = _places!.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out int place);
            unknown = !known && text.Length > 0;
            return (known ? place : -1, 1, false);
        }

        private double Number()
        {
            double number = _cells.Number();
            return _asDecimal && number != Math.Floor(number) && double.IsFinite(number)
                ? double.Parse(((float)number).ToString("R", CultureInfo.InvariantCulture),
                    CultureInfo.InvariantCulture) : number;
        }
    }
}
