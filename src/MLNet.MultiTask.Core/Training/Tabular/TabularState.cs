using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace MLNet.MultiTask.Training;

/// <summary>A tabular training after some epochs, as bytes: what it is of, content, SHA-256.</summary>
internal sealed record TabularState(string Fingerprint, OptimizerState Optimizer, double[] Weighting, float[] Best, float[] BestFactors, double BestLoss, int BestEpoch, int BestSteps,
    IReadOnlyList<TrainingProgress> Epochs)
{
    private const string Magic = "MTTABU03";

    public void Write(Stream stream)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content, Encoding.UTF8);
        writer.Write(Fingerprint);
        writer.Write(Optimizer.Steps);
        foreach (float[] values in new[] { Optimizer.Parameters, Optimizer.FirstMoments, Optimizer.SecondMoments, Best,
            BestFactors })
            WriteArray<float>(writer, values);
        WriteArray<double>(writer, Weighting);
        writer.Write(BestLoss);
        writer.Write(BestEpoch);
        writer.Write(BestSteps);
        writer.Write(Epochs.Count);
        foreach (TrainingProgress e in Epochs)
        {
            writer.Write(e.Steps);
            WriteArray<double>(writer, [e.TrainLoss, e.ValidationLoss, e.LearningRate, e.Seconds,
                .. e.TaskValidationLosses]);
        }
        writer.Flush();
        byte[] bytes = content.ToArray();
        stream.Write(Encoding.ASCII.GetBytes(Magic));
        stream.Write(SHA256.HashData(bytes));
        stream.Write(bytes);
    }

    /// <exception cref="FormatException">The stream holds no such state, or a damaged one.</exception>
    public static TabularState Read(Stream stream)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        int head = Magic.Length + SHA256.HashSizeInBytes;
        byte[] bytes = all.ToArray();
        if (bytes.Length < head || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Encoding.ASCII.GetBytes(Magic)))
            throw new FormatException($"Not a checkpoint of a tabular network: it does not begin with {Magic}");
        if (!SHA256.HashData(bytes.AsSpan(head)).AsSpan().SequenceEqual(bytes.AsSpan(Magic.Length, head - Magic.Length)))
            throw new FormatException("The checkpoint is damaged: its checksum is wrong");
        using var reader = new BinaryReader(new MemoryStream(bytes, head, bytes.Length - head), Encoding.UTF8);
        string fingerprint = reader.ReadString();
        int steps = reader.ReadInt32();
        float[][] arrays = [ReadArray<float>(reader), ReadArray<float>(reader), ReadArray<float>(reader),
            ReadArray<float>(reader), ReadArray<float>(reader)];
        double[] weighting = ReadArray<double>(reader);
        (double loss, int epoch, int bestSteps) = (reader.ReadDouble(), reader.ReadInt32(), reader.ReadInt32());
        var epochs = new TrainingProgress[reader.ReadInt32()];
        for (int i = 0; i < epochs.Length; i++)
        {
            int made = reader.ReadInt32();
            double[] v = ReadArray<double>(reader);
            epochs[i] = new TrainingProgress(i + 1, made, v[0], v[1], v[4..], (float)v[2], v[3]);
        }
        return new TabularState(fingerprint, new OptimizerState(steps, arrays[0], arrays[1], arrays[2]), weighting,
            arrays[3], arrays[4], loss, epoch, bestSteps, epochs);
    }

    private static void WriteArray<T>(BinaryWriter writer, ReadOnlySpan<T> values) where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    private static T[] ReadArray<T>(BinaryReader reader) where T : unmanaged
    {
        var values = new T[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
