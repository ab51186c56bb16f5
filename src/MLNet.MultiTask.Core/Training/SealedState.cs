using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace MLNet.MultiTask.Training;

/// <summary>What checkpoints of several learners look like: what it is of, SHA-256 of the content, content.</summary>
internal static class SealedState
{
    public static void Write(Stream stream, string magic, Action<BinaryWriter> write)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content, Encoding.UTF8);
        write(writer);
        writer.Flush();
        byte[] bytes = content.ToArray();
        stream.Write(Encoding.ASCII.GetBytes(magic));
        stream.Write(SHA256.HashData(bytes));
        stream.Write(bytes);
    }

    /// <param name="stream">What <see cref="Write"/> wrote.</param>
    /// <param name="magic">How it begins.</param>
    /// <param name="of">What the checkpoint is of, in words.</param>
    /// <exception cref="FormatException">The stream holds no such state, or a damaged one.</exception>
    public static BinaryReader Open(Stream stream, string magic, string of)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        int head = magic.Length + SHA256.HashSizeInBytes;
        byte[] bytes = all.ToArray();
        if (bytes.Length < head || !bytes.AsSpan(0, magic.Length).SequenceEqual(Encoding.ASCII.GetBytes(magic)))
            throw new FormatException($"Not a checkpoint of {of}: it does not begin with {magic}");
        ReadOnlySpan<byte> sum = bytes.AsSpan(magic.Length, head - magic.Length);
        if (!sum.SequenceEqual(SHA256.HashData(bytes.AsSpan(head))))
            throw new FormatException("The checkpoint is damaged: its checksum is wrong");
        return new BinaryReader(new MemoryStream(bytes, head, bytes.Length - head), Encoding.UTF8);
    }

    public static void WriteArray<T>(this BinaryWriter writer, ReadOnlySpan<T> values) where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    public static T[] ReadArray<T>(this BinaryReader reader) where T : unmanaged
    {
        var values = new T[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public static void WriteProgress(this BinaryWriter writer, IReadOnlyList<TrainingProgress> epochs)
    {
        writer.Write(epochs.Count);
        foreach (TrainingProgress e in epochs)
        {
            writer.Write(e.Steps);
            writer.WriteArray<double>([e.TrainLoss, e.ValidationLoss, e.LearningRate, e.Seconds,
                .. e.TaskValidationLosses]);
        }
    }

    public static TrainingProgress[] ReadProgress(this BinaryReader reader)
    {
        var epochs = new TrainingProgress[reader.ReadInt32()];
        for (int i = 0; i < epochs.Length; i++)
        {
            int made = reader.ReadInt32();
            double[] v = reader.ReadArray<double>();
            epochs[i] = new TrainingProgress(i + 1, made, v[0], v[1], v[4..], (float)v[2], v[3]);
        }
        return epochs;
    }
}
