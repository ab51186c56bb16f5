using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public class InnerProductsTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(3, 7)]
    [DataRow(4, 8)]
    [DataRow(9, 31)]
    [DataRow(13, 5003)]
    public void AddGram_AnySize_AddsTheProductsSummedOneByOne(int count, int size)
    {
        float[] vectors = Random(count * size);
        double[] gram = [.. Enumerable.Repeat(2.0, count * count)];
        InnerProducts.AddGram(vectors, count, size, gram, 1);
        for (int i = 0; i < count; i++)
            for (int j = 0; j < count; j++)
            {
                double expected = 2;
                for (int k = 0; k < size; k++)
                    expected += (double)vectors[i * size + k] * vectors[j * size + k];
                Assert.AreEqual(expected, gram[i * count + j], 1e-12 * size, $"({i}, {j})");
            }
    }

    [TestMethod]
    public void AddGram_OneThreadAndMany_GiveTheSameBits()
    {
        const int count = 21, size = 4500;
        float[] vectors = Random(count * size);
        double[] one = new double[count * count], many = new double[count * count];
        InnerProducts.AddGram(vectors, count, size, one, 1);
        InnerProducts.AddGram(vectors, count, size, many, 7);
        CollectionAssert.AreEqual(one, many);
    }

    private static float[] Random(int length)
    {
        var stream = new RandomStream(5, "vectors");
        var values = new float[length];
        foreach (ref float value in values.AsSpan())
            value = (float)stream.NextNormal();
        return values;
    }
}
