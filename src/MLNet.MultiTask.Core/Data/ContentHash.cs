using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Data;

/// <summary>A number that tells data from other data; not safe against those who want it to fail.</summary>
internal static class ContentHash
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    public static ulong Of(TaskTable table)
    {
        ulong hash = RandomStream.Mix((ulong)table.FeatureCount << 32 | (uint)table.Tasks.Count);
        hash = AddFeatures(hash, table.Features);
        hash = Add(hash, table.Labels);
        return table.Weights is null ? hash : Add(hash, table.Weights);
    }

    private static ulong AddFeatures(ulong hash, FeatureMatrix features)
    {
        if (features.IsSparse)
        {
            SparseRows rows = features.Sparse!;
            hash = Add(hash, MemoryMarshal.Cast<int, float>(rows.Starts));
            return Add(Add(hash, MemoryMarshal.Cast<int, float>(rows.Columns)), rows.Values);
        }
        for (int row = 0; row < features.RowCount; row++)
            hash = Add(hash, features.Row(row, []));
        return hash;
    }

    // Four chains: one alone would wait for its multiplications.
    public static ulong Add(ulong hash, ReadOnlySpan<float> values)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<float, ulong>(values);
        ulong a = hash, b = hash + 1, c = hash + 2, d = hash + 3;
        int i = 0;
        for (; i + 4 <= words.Length; i += 4)
        {
            a = Next(a, words[i]);
            b = Next(b, words[i + 1]);
            c = Next(c, words[i + 2]);
            d = Next(d, words[i + 3]);
        }
        for (; i < words.Length; i++)
            a = Next(a, words[i]);
        if (values.Length % 2 == 1)
            a = Next(a, BitConverter.SingleToUInt32Bits(values[^1]));
        ulong mixed = RandomStream.Mix(RandomStream.Mix(a ^ (ulong)values.Length) ^ b);
        return RandomStream.Mix(mixed ^ c) ^ RandomStream.Mix(d);
    }

    private static ulong Next(ulong hash, ulong word) => BitOperations.RotateLeft((hash ^ word) * Multiplier, 29);
}
