using Microsoft.ML.Data;

namespace MLNet.MultiTask.BuiltIn;

/// <summary>What a custom mapping takes off the front of a row's numbers.</summary>
internal interface IRowParts
{
    VBuffer<float> MultiTaskNumbers { get; set; }

    void Read(ReadOnlySpan<float> n);
}

/// <summary>Takes numbers off the front.</summary>
internal static class RowParts
{
    /// <summary>Numbers taken off by one mapping.</summary>
    public const int Count = 64;

    public static void Map(RowNumbers input, IRowParts output)
    {
        Span<float> front = stackalloc float[Count];
        ReadOnlySpan<float> numbers = input.MultiTaskNumbers.GetValues();
        int taken = Math.Min(Count, numbers.Length);
        numbers[..taken].CopyTo(front);
        front[taken..].Clear();
        output.Read(front);
        VBuffer<float> rest = output.MultiTaskNumbers;
        VBufferEditor<float> editor = VBufferEditor.Create(ref rest, numbers.Length - taken);
        numbers[taken..].CopyTo(editor.Values);
        output.MultiTaskNumbers = editor.Commit();
    }
}
