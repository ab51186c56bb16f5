using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public class LeadingDirectionsTests
{
    private const int Maximum = 40;
    private static readonly NetworkShape s_shape = new(20, [16, 12], AffinityFixture.Mixed().Tasks);

    [TestMethod]
    [DataRow(0.8)]
    [DataRow(0.97)]
    public void Iterated_DecayingSpectrum_SpansTheLeadingDirectionsOfTheFullDecomposition(double decay)
    {
        TrunkVectors vectors = Decaying(700, decay);
        TrunkVectors full = LeadingDirections.Exact(vectors, Maximum, 1e-3, 2)!;
        TrunkVectors found = LeadingDirections.Iterated(vectors, Maximum, 1e-3, 1, 2)!;

        Assert.AreEqual(full.Count, found.Count);
        double[] gram = found.Gram(1);
        for (int i = 0; i < found.Count; i++)
            for (int j = 0; j < found.Count; j++)
                Assert.AreEqual(i == j ? 1 : 0, gram[i * found.Count + j], 1e-3, $"({i}, {j})");
        float[] products = full.Products(found, 1);
        for (int i = 0; i < full.Count; i++)
        {
            // Cosine between a direction of the full decomposition and the span found; ahead of the cut it is one.
            double inside = products.AsSpan(i * found.Count, found.Count).ToArray().Sum(v => (double)v * v);
            Assert.AreEqual(1, inside, i < Maximum - 8 ? 1e-3 : 0.05, $"direction {i}");
        }
        Assert.AreEqual(Energy(vectors, full), Energy(vectors, found), 1e-3 * Energy(vectors, full));
    }

    [TestMethod]
    public void Of_ManyVectors_DoesNotDependOnThreads()
    {
        TrunkVectors vectors = Decaying(700, 0.9);
        TrunkVectors one = LeadingDirections.Of(vectors, Maximum, 1e-3, 1, 1)!;
        TrunkVectors many = LeadingDirections.Of(vectors, Maximum, 1e-3, 1, 5)!;
        for (int b = 0; b < one.Blocks.Length; b++)
            CollectionAssert.AreEqual(one.Blocks[b], many.Blocks[b]);
    }

    [TestMethod]
    [DataRow(5)]
    [DataRow(700)]
    public void Of_AllZero_IsNull(int count) =>
        Assert.IsNull(LeadingDirections.Of(new TrunkVectors(s_shape, count), Maximum, 1e-3, 1, 1));

    [TestMethod]
    public void Of_FewIndependentDirections_FindsThatMany()
    {
        TrunkVectors three = AffinityFixture.RandomVectors(s_shape, 3);
        var random = new RandomStream(8, "mix");
        var mix = new float[900 * 3];
        foreach (ref float value in mix.AsSpan())
            value = (float)random.NextNormal();
        Assert.AreEqual(3, LeadingDirections.Of(three.Mix(mix, 900, 1), Maximum, 1e-3, 1, 1)!.Count);
    }

    // Random mixtures of random directions whose sizes fall by a constant factor.
    private static TrunkVectors Decaying(int count, double decay)
    {
        TrunkVectors directions = AffinityFixture.RandomVectors(s_shape, 200);
        directions.Normalize();
        var random = new RandomStream(4, "mix");
        var mix = new float[count * 200];
        for (int i = 0; i < mix.Length; i++)
            mix[i] = (float)(random.NextNormal() * Math.Pow(decay, i % 200));
        TrunkVectors vectors = directions.Mix(mix, count, 1);
        vectors.Normalize();
        return vectors;
    }

    private static double Energy(TrunkVectors vectors, TrunkVectors directions) =>
        directions.Products(vectors, 1).Sum(v => (double)v * v);
}
