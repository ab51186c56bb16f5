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

    /// <summary>Sizes of the vectors of <see cref="RowVectors{T}"/>.</summary>
    public static readonly int[] VectorSizes = [.. Enumerable.Range(0, 13).Select(i => 4096 >> i)];

    public static void Map(RowNumbers input, IRowParts output)
    {
        Span<float> front = stackalloc float[Count];
        ReadOnlySpan<float> numbers = input.MultiTaskNumbers.GetValues();
        int taken = Math.Min(Count, numbers.Length);
        numbers[..taken].CopyTo(front);
        front[taken..].Clear();
        output.Read(front);
        output.MultiTaskNumbers = Copy(numbers[taken..], output.MultiTaskNumbers);
    }

    /// <summary>The numbers, in the old buffer's memory where it is large enough.</summary>
    public static VBuffer<float> Copy(ReadOnlySpan<float> numbers, VBuffer<float> buffer)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref buffer, numbers.Length);
        numbers.CopyTo(editor.Values);
        return editor.Commit();
    }
}
