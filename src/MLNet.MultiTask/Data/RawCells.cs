using System.Globalization;
using System.Numerics;
using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Data;

/// <summary>How the cells of a raw column come.</summary>
internal enum CellForm
{
    /// <summary>Numbers of any type, or truths as 0 and 1.</summary>
    Number,

    /// <summary>Single-precision numbers.</summary>
    Single,

    /// <summary>Texts.</summary>
    Text,

    /// <summary>Keys, read as the texts of their values.</summary>
    Key,
}

/// <summary>Reads the current row's cell of one raw column, as a number or as a text by its form.</summary>
internal sealed class RawCells
{
    private readonly Func<double>? _number;
    private readonly Func<ReadOnlyMemory<char>>? _text;

    private RawCells(CellForm form, Func<double> number) => (Form, _number) = (form, number);

    private RawCells(CellForm form, Func<ReadOnlyMemory<char>> text) => (Form, _text) = (form, text);

    /// <summary>How the cells come.</summary>
    public CellForm Form { get; }

    /// <summary>Whether the cells are numbers; otherwise they are texts.</summary>
    public bool IsNumber => _number is not null;

    /// <summary>The cell of a column of numbers; NaN = missing.</summary>
    public double Number() => _number!();

    /// <summary>The trimmed cell of a column of texts or keys; a missing key is empty.</summary>
    public ReadOnlyMemory<char> Text() => _text!();

    /// <summary>The form of a column's type; null where it is none that can be a feature.</summary>
    public static CellForm? FormOf(DataViewType type) => type switch
    {
        KeyDataViewType => CellForm.Key,
        TextDataViewType => CellForm.Text,
        NumberDataViewType n when n == NumberDataViewType.Single => CellForm.Single,
        NumberDataViewType or BooleanDataViewType => CellForm.Number,
        _ => null,
    };

    public static RawCells Open(DataViewRow row, DataViewSchema.Column column) => FormOf(column.Type) switch
    {
        CellForm.Key => Keys(row, column),
        CellForm.Text => Texts(row, column),
        CellForm.Single => Numbers<float>(row, column, CellForm.Single),
        _ when column.Type is BooleanDataViewType => Truths(row, column),
        _ => Numbers(row, column),
    };

    /// <summary>The text of a number, as a table of texts would have it.</summary>
    public static string TextOf(double number) =>
        double.IsNaN(number) ? "" : (number == 0 ? 0 : number).ToString("R", CultureInfo.InvariantCulture);

    private static RawCells Numbers(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        var t when t == typeof(double) => Numbers<double>(row, column, CellForm.Number),
        var t when t == typeof(sbyte) => Numbers<sbyte>(row, column, CellForm.Number),
        var t when t == typeof(byte) => Numbers<byte>(row, column, CellForm.Number),
        var t when t == typeof(short) => Numbers<short>(row, column, CellForm.Number),
        var t when t == typeof(ushort) => Numbers<ushort>(row, column, CellForm.Number),
        var t when t == typeof(int) => Numbers<int>(row, column, CellForm.Number),
        var t when t == typeof(uint) => Numbers<uint>(row, column, CellForm.Number),
        var t when t == typeof(long) => Numbers<long>(row, column, CellForm.Number),
        _ => Numbers<ulong>(row, column, CellForm.Number),
    };

    private static RawCells Numbers<T>(DataViewRow row, DataViewSchema.Column column, CellForm form)
        where T : INumber<T>
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return new RawCells(form, () =>
        {
            getter(ref value);
            return double.CreateChecked(value);
        });
    }

    private static RawCells Truths(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<bool> getter = row.GetGetter<bool>(column);
        bool value = false;
        return new RawCells(CellForm.Number, () =>
        {
            getter(ref value);
            return value ? 1 : 0;
        });
    }

    private static RawCells Texts(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> value = default;
        return new RawCells(CellForm.Text, () =>
        {
            getter(ref value);
            return value.Trim();
        });
    }

    private static RawCells Keys(DataViewRow row, DataViewSchema.Column column)
    {
        var key = (KeyDataViewType)column.Type;
        ReadOnlyMemory<char>[] texts = [.. KeyValueTexts.Of(column, checked((int)key.Count)).Texts
            .Select(t => t.AsMemory().Trim())];
        Func<ulong> number = Data.TaskIds.KeyGetter(row, column);
        return new RawCells(CellForm.Key, () => number() is var k && k == 0 || k > (ulong)texts.Length
            ? default : texts[k - 1]);
    }
}
