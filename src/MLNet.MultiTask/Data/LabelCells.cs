using MLNet.MultiTask.Featurization;
using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Data;

/// <summary>
/// One task column's labels under a cursor. Texts, and numbers that name classes, are collected as codes and become
/// labels when all rows are read.
/// </summary>
internal sealed class LabelCells
{
    private readonly NumberReader _reader;
    private readonly LabelTexts? _texts;

    public LabelCells(DataViewRow row, TaskColumn column)
    {
        DataViewSchema.Column label = row.Schema.Find("label", column.LabelColumnName);
        DataViewType item = (label.Type as VectorDataViewType)?.ItemType ?? label.Type;
        Size = LabelLayout.SizeOf(row.Schema, column);
        if (item is KeyDataViewType)
        {
            _reader = NumberReader.Open(row, label);
            LabelKey = BinaryKey.Of(column, label);
        }
        else if (item is TextDataViewType)
        {
            _texts = new LabelTexts(column);
            _reader = NumberReader.Open<ReadOnlyMemory<char>>(row, label, text => _texts.Code(text.Span));
        }
        else if (column.Kind == TaskKind.Multiclass || column.Positive is not null)
        {
            _texts = new LabelTexts(column);
            _reader = new Coded(NumberReader.Open(row, label), _texts);
        }
        else
            _reader = NumberReader.Open(row, label);
    }

    /// <summary>Labels of a row.</summary>
    public int Size { get; }

    /// <summary>The two values of a key that labels a binary task.</summary>
    public BinaryKey? LabelKey { get; }

    /// <summary>Reads the row's labels.</summary>
    public void Read(Span<double> labels)
    {
        _reader.Read(labels);
        if (LabelKey is { PositiveKey: 1 })
            foreach (ref double label in labels)
                label = 1 - label;
    }

    /// <summary>The classes of a multi-class task whose labels are texts or numbers, once all rows are read.</summary>
    /// <param name="known">The classes of the model that scored the rows; null = those found.</param>
    /// <exception cref="ArgumentException">A text is no label (all such are named).</exception>
    public KeyValueTexts? Resolve(IReadOnlyList<string>? known) => _texts?.Resolve(known);

    /// <summary>The label that stands for what <see cref="Read"/> gave.</summary>
    public double LabelOf(double read) => _texts is null ? read : _texts.LabelOf(read);

    /// <summary>Numbers as codes of their texts.</summary>
    private sealed class Coded(NumberReader numbers, LabelTexts texts) : NumberReader
    {
        public override void Read(Span<double> destination)
        {
            numbers.Read(destination);
            foreach (ref double number in destination)
                number = texts.Code(RawCells.TextOf(number));
        }
    }
}
