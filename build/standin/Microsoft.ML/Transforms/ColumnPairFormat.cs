namespace Microsoft.ML.Data;

/// <summary>Column names in the stand-in's model files.</summary>
internal static class ColumnPairFormat
{
    public static void WriteNames(this BinaryWriter writer, IReadOnlyList<string> names)
    {
        writer.Write(names.Count);
        foreach (string name in names)
            writer.Write(name);
    }

    public static string[] ReadNames(this BinaryReader reader)
        => Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadString()).ToArray();

    public static void WritePairs(this BinaryWriter writer, IReadOnlyList<InputOutputColumnPair> pairs)
    {
        writer.WriteNames(pairs.Select(p => p.OutputColumnName).ToArray());
        writer.WriteNames(pairs.Select(p => p.InputColumnName).ToArray());
    }

    public static InputOutputColumnPair[] ReadPairs(this BinaryReader reader)
        => reader.ReadNames().Zip(reader.ReadNames(), (output, input) => new InputOutputColumnPair(output, input))
            .ToArray();
}
