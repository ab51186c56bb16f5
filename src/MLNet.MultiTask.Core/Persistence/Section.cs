using MLNet.MultiTask.Data;
using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Persistence;

/// <summary>A named array of a container, row-major.</summary>
internal sealed class Section
{
    private Section(string name, string type, long[] shape, Array data) =>
        (Name, Type, Shape, Data) = (name, type, shape, data);

    public string Name { get; }

    public string Type { get; }

    public long[] Shape { get; }

    /// <summary>byte[], int[], float[] or double[], by <see cref="Type"/>.</summary>
    public Array Data { get; }

    public long Bytes => (long)Data.Length * SectionType.ElementSize(Type);

    public static Section Of(string name, byte[] data) => new(name, SectionType.U8, [data.Length], data);

    public static Section Of(string name, int[] data, params long[] shape) =>
        Checked(name, SectionType.I32, data, shape);

    public static Section Of(string name, float[] data, params long[] shape) =>
        Checked(name, SectionType.F32, data, shape);

    public static Section Of(string name, double[] data, params long[] shape) =>
        Checked(name, SectionType.F64, data, shape);

    /// <summary>The same array under another name.</summary>
    public Section Renamed(string name) => new(name, Type, Shape, Data);

    /// <summary>A zeroed section to read into.</summary>
    public static Section Allocate(SectionInfo info)
    {
        long count = SectionInfo.Count(info.Shape);
        return new(info.Name, info.Type, info.Shape, info.Type switch
        {
            SectionType.U8 => new byte[count],
            SectionType.I32 => new int[count],
            SectionType.F32 => new float[count],
            _ => new double[count],
        });
    }

    /// <summary>The section's memory, as the machine holds it.</summary>
    public Span<byte> AsBytes() => Data switch
    {
        byte[] bytes => bytes,
        int[] ints => MemoryMarshal.AsBytes(ints.AsSpan()),
        float[] singles => MemoryMarshal.AsBytes(singles.AsSpan()),
        _ => MemoryMarshal.AsBytes(((double[])Data).AsSpan()),
    };

    /// <summary>The flat index of the first value that is not finite, or −1.</summary>
    public int IndexOfNotFinite() => Data switch
    {
        float[] singles => Array.FindIndex(singles, v => !float.IsFinite(v)),
        double[] doubles => Array.FindIndex(doubles, v => !double.IsFinite(v)),
        _ => -1,
    };

    private static Section Checked(string name, string type, Array data, long[] shape)
    {
        long[] sizes = shape.Length == 0 ? [data.Length] : shape;
        return SectionInfo.Count(sizes) == data.Length ? new(name, type, sizes, data)
            : throw new ArgumentException($"Section '{name}' of shape [{string.Join(',', sizes)}] cannot hold " +
                $"{Counted.Of(data.Length, "value")}", nameof(data));
    }
}
