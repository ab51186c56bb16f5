using MLNet.MultiTask.Data;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace MLNet.MultiTask.Training;

/// <summary>
/// A checkpoint as bytes: magic and version, length, content (little endian), SHA-256 of the content.
/// </summary>
internal static class CheckpointFormat
{
    private const string Magic = "MTCKPT03";
    private const int MaxLength = 2_000_000_000;

    public static void Write(Stream stream, string fingerprint, float[] targetMeans, float[] targetScales,
        OptimizerState optimizer, double[] weighting, PartialEpoch partial, double[] bestLosses, int[] bestEpochs,
        KeyValuePair<int, float[]>[] bestParameters, IReadOnlyList<TrainingProgress> epochs)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content, Encoding.UTF8);
        writer.Write(fingerprint);
        WriteArray<float>(writer, targetMeans);
        WriteArray<float>(writer, targetScales);
        writer.Write(optimizer.Steps);
        WriteArray<float>(writer, optimizer.Parameters);
        WriteArray<float>(writer, optimizer.FirstMoments);
        WriteArray<float>(writer, optimizer.SecondMoments);
        WriteArray<double>(writer, weighting);
        writer.Write(partial.Rows);
        writer.Write(partial.LossSum);
        writer.Write(partial.Batches);
        writer.Write(partial.Seconds);
        WriteArray<double>(writer, bestLosses);
        WriteArray<int>(writer, bestEpochs);
        writer.Write(bestParameters.Length);
        foreach ((int epoch, float[] parameters) in bestParameters)
        {
            writer.Write(epoch);
            WriteArray<float>(writer, parameters);
        }
        writer.Write(epochs.Count);
        foreach (TrainingProgress e in epochs)
        {
            writer.Write(e.Steps);
            WriteArray<double>(writer, [e.TrainLoss, e.ValidationLoss, e.LearningRate, e.Seconds,
                .. e.TaskValidationLosses]);
        }
        writer.Flush();
        ReadOnlySpan<byte> bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        stream.Write(Encoding.ASCII.GetBytes(Magic));
        stream.Write(BitConverter.GetBytes((long)bytes.Length));
        stream.Write(bytes);
        stream.Write(SHA256.HashData(bytes));
    }

    public static TrainingCheckpoint Read(Stream stream)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(Content(stream)), Encoding.UTF8);
            string fingerprint = reader.ReadString();
            float[] means = ReadArray<float>(reader), scales = ReadArray<float>(reader);
            var optimizer = new OptimizerState(reader.ReadInt32(), ReadArray<float>(reader), ReadArray<float>(reader),
                ReadArray<float>(reader));
            double[] weighting = ReadArray<double>(reader);
            var partial = new PartialEpoch(reader.ReadInt32(), reader.ReadDouble(), reader.ReadInt32(),
                reader.ReadDouble());
            double[] losses = ReadArray<double>(reader);
            int[] epochs = ReadArray<int>(reader);
            var parameters = new KeyValuePair<int, float[]>[Count(reader, 2 * sizeof(int))];
            for (int i = 0; i < parameters.Length; i++)
                parameters[i] = new(reader.ReadInt32(), ReadArray<float>(reader));
            var history = new TrainingProgress[Count(reader, 2 * sizeof(int))];
            for (int i = 0; i < history.Length; i++)
            {
                int steps = reader.ReadInt32();
                double[] v = ReadArray<double>(reader);
                history[i] = new TrainingProgress(i + 1, steps, v[0], v[1], v[4..], (float)v[2], v[3]);
            }
            return new TrainingCheckpoint(fingerprint, means, scales, optimizer, weighting, partial, losses, epochs,
                parameters,
                history);
        }
        catch (EndOfStreamException e)
        {
            throw new FormatException("The checkpoint ends too early", e);
        }
        catch (Exception e) when (e is not (FormatException or IOException or OutOfMemoryException))
        {
            throw new FormatException($"The checkpoint is damaged: {e.Message}", e);
        }
    }

    private static byte[] Content(Stream stream)
    {
        Span<byte> head = stackalloc byte[Magic.Length + sizeof(long)];
        stream.ReadExactly(head);
        if (Encoding.ASCII.GetString(head[..Magic.Length]) != Magic)
            throw new FormatException($"Not a training checkpoint of this version: it does not begin with {Magic}");
        long length = BitConverter.ToInt64(head[Magic.Length..]);
        if (length is < 0 or > MaxLength)
            throw new FormatException($"The checkpoint claims {Counted.Of(length, "byte")} of content; " +
                $"at most {MaxLength} are possible");
        // Read in pieces: a wrong length must not reserve memory for what is not there.
        using var content = new MemoryStream();
        var piece = new byte[1 << 16];
        while (content.Length < length)
        {
            int count = stream.Read(piece, 0, (int)Math.Min(piece.Length, length - content.Length));
            if (count == 0)
                throw new EndOfStreamException();
            content.Write(piece, 0, count);
        }
        byte[] bytes = content.ToArray();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(hash);
        return SHA256.HashData(bytes).AsSpan().SequenceEqual(hash) ? bytes
            : throw new FormatException("The checkpoint is damaged: its checksum is wrong");
    }

    private static void WriteArray<T>(BinaryWriter writer, ReadOnlySpan<T> values) where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>A number of items that the rest of the content can hold.</summary>
    private static int Count(BinaryReader reader, int itemSize)
    {
        int count = reader.ReadInt32();
        long left = reader.BaseStream.Length - reader.BaseStream.Position;
        return count >= 0 && count <= left / itemSize ? count
            : throw new FormatException($"The checkpoint claims {count} items where {Counted.Of(left, "byte")} are " +
                "left");
    }

    private static T[] ReadArray<T>(BinaryReader reader) where T : unmanaged
    {
        var values = new T[Count(reader, Unsafe.SizeOf<T>())];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
