using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.BuiltIn;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Data;

/// <summary>The key that labels a binary task: its two values, and which of them is positive.</summary>
/// <param name="Values">In key order.</param>
/// <param name="PositiveKey">1 or 2.</param>
internal sealed record BinaryKey(KeyValueTexts Values, int PositiveKey)
{
    /// <summary>
    /// By the task column's option, or by the values where they say so; null where the task is not binary. Which key
    /// comes first depends on the order of rows, so that alone decides nothing; a key without values has no such order.
    /// </summary>
    /// <exception cref="ArgumentException">Neither says which value is positive.</exception>
    public static BinaryKey? Of(TaskColumn column, DataViewSchema.Column label)
    {
        if (column.Kind != TaskKind.Binary)
            return null;
        var key = (KeyDataViewType)((label.Type as VectorDataViewType)?.ItemType ?? label.Type);
        if (key.Count != 2)
            throw SchemaErrors.Mismatch("label", label.Name, "a key with 2 values for a binary task", $"{label.Type}");
        KeyValueTexts values = KeyValueTexts.Of(label, 2);
        (string first, string second) = (values.Texts[0], values.Texts[1]);
        if (column.Positive is { } positive)
            return new BinaryKey(values, positive == first ? 1 : positive == second ? 2
                : throw new ArgumentException($"Positive value '{positive}' of label column '{label.Name}' is " +
                    $"neither '{first}' nor '{second}'"));
        return !KeyValueTexts.HasValues(label) ? new BinaryKey(values, 2)
            : new BinaryKey(values, 1 + (CellTexts.PlaceOfYes(first, second)
                ?? throw Undecided(column, first, second)));
    }

    /// <summary>Nothing says which of two values is positive.</summary>
    public static ArgumentException Undecided(TaskColumn column, string first, string second) =>
        new($"Label column '{column.LabelColumnName}' holds '{first}' and '{second}', and nothing says which is " +
            $"positive; give TaskColumn.Binary(\"{column.LabelColumnName}\", positive: \"{second}\") or the other one");
}
