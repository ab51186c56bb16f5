using System.Text;

namespace MLNet.MultiTask.Search;

/// <summary>What is remembered of a trained group: how well each member did, not the model.</summary>
/// <param name="Members">Tasks of the group, ascending.</param>
/// <param name="Losses">One per member; NaN where it is not known.</param>
/// <param name="IsWhole">Whether the losses of all members are known, not only of those that a trial asked for.</param>
/// <param name="Cost">What its model costs; null where it is not known.</param>
internal sealed record GroupScore(IReadOnlyList<int> Members, double[] Losses, bool IsWhole = true,
    SweepCost? Cost = null)
{
    /// <summary>Loss of a task; NaN where it is no member.</summary>
    public double Loss(int task)
    {
        for (int i = 0; i < Losses.Length; i++)
            if (Members[i] == task)
                return Losses[i];
        return double.NaN;
    }
}

/// <summary>A score in a <see cref="SpillFile"/>.</summary>
/// <param name="Number">Of the record, from 0.</param>
/// <param name="Earlier">Place of the record before of the same group; -1 = there is none.</param>
/// <param name="Group">The group of a learner as text.</param>
/// <param name="Fold">Number of the fold.</param>
/// <param name="Epochs">Epochs trained; 0 = to the end.</param>
/// <param name="Score">How well it did.</param>
internal sealed record GroupRecord(int Number, long Earlier, string Group, int Fold, int Epochs, GroupScore Score)
{
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Number);
        writer.Write(Earlier);
        writer.Write(Group);
        writer.Write(Fold);
        writer.Write(Epochs);
        writer.Write(Score.IsWhole);
        writer.Write(Score.Losses.Length);
        for (int i = 0; i < Score.Losses.Length; i++)
        {
            writer.Write(Score.Members[i]);
            writer.Write(Score.Losses[i]);
        }
        writer.Write(Score.Cost is not null);
        writer.Write(Score.Cost?.Bytes ?? -1);
        writer.Write(Score.Cost?.MicrosecondsPerRow ?? double.NaN);
        writer.Flush();
        return stream.ToArray();
    }

    public static GroupRecord Of(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8);
        (int number, long earlier, string group) = (reader.ReadInt32(), reader.ReadInt64(), reader.ReadString());
        (int fold, int epochs, bool isWhole) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean());
        int count = reader.ReadInt32();
        var members = new int[count];
        var losses = new double[count];
        for (int i = 0; i < count; i++)
            (members[i], losses[i]) = (reader.ReadInt32(), reader.ReadDouble());
        bool hasCost = reader.ReadBoolean();
        (long size, double microseconds) = (reader.ReadInt64(), reader.ReadDouble());
        return new(number, earlier, group, fold, epochs, new GroupScore(members, losses, isWhole,
            hasCost ? new SweepCost(size < 0 ? null : size, microseconds) : null));
    }
}
