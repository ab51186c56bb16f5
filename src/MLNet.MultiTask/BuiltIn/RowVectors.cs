using System.ComponentModel;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.BuiltIn;

// A custom mapping has the columns of a class, whose vectors have the sizes of their attributes: powers of two make up
// a vector of any size, a few columns where a number each would be thousands.
#pragma warning disable CA1051 // They are columns, not state.

/// <summary>A row's numbers, and which of them are a vector.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RowToSplit
{
    /// <summary>All numbers of the row.</summary>
    public VBuffer<float> MultiTaskAll { get; set; }

    /// <summary>The first number of the vector, its size (at most 8,191), and the first number to hand on.</summary>
    [VectorType(3)]
    public VBuffer<int> MultiTaskRange { get; set; }
}

/// <summary>Numbers of a row as vectors, the larger ones first.</summary>
/// <typeparam name="T">Their type.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RowVectors<T>
{
    /// <summary>4,096 numbers, where the count has that power of two.</summary>
    [VectorType(4096)]
    public VBuffer<T> MultiTaskVector4096;

    /// <summary>2,048 numbers, where the count has that power of two.</summary>
    [VectorType(2048)]
    public VBuffer<T> MultiTaskVector2048;

    /// <summary>1,024 numbers, where the count has that power of two.</summary>
    [VectorType(1024)]
    public VBuffer<T> MultiTaskVector1024;

    /// <summary>512 numbers, where the count has that power of two.</summary>
    [VectorType(512)]
    public VBuffer<T> MultiTaskVector0512;

    /// <summary>256 numbers, where the count has that power of two.</summary>
    [VectorType(256)]
    public VBuffer<T> MultiTaskVector0256;

    /// <summary>128 numbers, where the count has that power of two.</summary>
    [VectorType(128)]
    public VBuffer<T> MultiTaskVector0128;

    /// <summary>64 numbers, where the count has that power of two.</summary>
    [VectorType(64)]
    public VBuffer<T> MultiTaskVector0064;

    /// <summary>32 numbers, where the count has that power of two.</summary>
    [VectorType(32)]
    public VBuffer<T> MultiTaskVector0032;

    /// <summary>16 numbers, where the count has that power of two.</summary>
    [VectorType(16)]
    public VBuffer<T> MultiTaskVector0016;

    /// <summary>8 numbers, where the count has that power of two.</summary>
    [VectorType(8)]
    public VBuffer<T> MultiTaskVector0008;

    /// <summary>4 numbers, where the count has that power of two.</summary>
    [VectorType(4)]
    public VBuffer<T> MultiTaskVector0004;

    /// <summary>2 numbers, where the count has that power of two.</summary>
    [VectorType(2)]
    public VBuffer<T> MultiTaskVector0002;

    /// <summary>1 number, where the count has that power of two.</summary>
    [VectorType(1)]
    public VBuffer<T> MultiTaskVector0001;

    /// <summary>The numbers that are handed on.</summary>
    public VBuffer<float> MultiTaskNumbers { get; set; }

    internal void Read(RowToSplit input, Func<float, T> convert)
    {
        ReadOnlySpan<float> all = input.MultiTaskAll.GetValues();
        VBuffer<int> range = input.MultiTaskRange;
        ReadOnlySpan<float> numbers = all[range.GetItemOrDefault(0)..];
        int count = range.GetItemOrDefault(1);
        Take(ref numbers, count, ref MultiTaskVector4096, 4096, convert);
        Take(ref numbers, count, ref MultiTaskVector2048, 2048, convert);
        Take(ref numbers, count, ref MultiTaskVector1024, 1024, convert);
        Take(ref numbers, count, ref MultiTaskVector0512, 512, convert);
        Take(ref numbers, count, ref MultiTaskVector0256, 256, convert);
        Take(ref numbers, count, ref MultiTaskVector0128, 128, convert);
        Take(ref numbers, count, ref MultiTaskVector0064, 64, convert);
        Take(ref numbers, count, ref MultiTaskVector0032, 32, convert);
        Take(ref numbers, count, ref MultiTaskVector0016, 16, convert);
        Take(ref numbers, count, ref MultiTaskVector0008, 8, convert);
        Take(ref numbers, count, ref MultiTaskVector0004, 4, convert);
        Take(ref numbers, count, ref MultiTaskVector0002, 2, convert);
        Take(ref numbers, count, ref MultiTaskVector0001, 1, convert);
        MultiTaskNumbers = RowParts.Copy(all[range.GetItemOrDefault(2)..], MultiTaskNumbers);
    }

    private static void Take(ref ReadOnlySpan<float> numbers, int count, ref VBuffer<T> vector, int size,
        Func<float, T> convert)
    {
        if ((count & size) == 0)
            return;
        VBufferEditor<T> editor = VBufferEditor.Create(ref vector, size);
        for (int i = 0; i < size; i++)
            editor.Values[i] = convert(numbers[i]);
        vector = editor.Commit();
        numbers = numbers[size..];
    }
}
