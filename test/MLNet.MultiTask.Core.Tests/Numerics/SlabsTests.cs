using System.Runtime.InteropServices;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public sealed class SlabsTests
{
    [TestMethod]
    public void Of_ShortAndLong_AreZerosThatDoNotOverlap()
    {
        int[] lengths = [3, 0, 2_000_000, 2_194_000, 5_000_000, 1, 7];
        Memory<float>[] vectors = Slabs.Of(lengths);
        CollectionAssert.AreEqual(lengths, vectors.Select(v => v.Length).ToArray());
        Assert.IsTrue(vectors.All(v => v.Span.IndexOfAnyExcept(0f) < 0));
        for (int i = 0; i < vectors.Length; i++)
            vectors[i].Span.Fill(i + 1);
        for (int i = 0; i < vectors.Length; i++)
            Assert.AreEqual(-1, vectors[i].Span.IndexOfAnyExcept(i + 1f), $"vector {i}");
    }

    [TestMethod]
    public void Of_ShortOnes_LieInOneArray()
    {
        ArraySegment<float>[] segments = [.. Slabs.Of([4, 5, 6]).Select(v =>
            MemoryMarshal.TryGetArray<float>(v, out ArraySegment<float> segment) ? segment : default)];
        Assert.IsTrue(segments.All(s => s.Array == segments[0].Array && s.Array!.Length == 15));
        CollectionAssert.AreEqual(new[] { 0, 4, 9 }, segments.Select(s => s.Offset).ToArray());
    }
}
