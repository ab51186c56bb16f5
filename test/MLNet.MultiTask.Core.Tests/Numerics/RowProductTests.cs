using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public sealed unsafe class RowProductTests
{
    [TestMethod]
    public void Multiply_AnySizes_HasTheBitsOfTheMatrixProduct()
    {
        if (!RowProduct.IsSupported)
            Assert.Inconclusive("This processor has no fused multiply-add.");
        var random = new RandomStream(2, "row");
        foreach (int inputs in new[] { 1, 7, 8, 9, 64, 300 })
            foreach (int outputs in new[] { 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 75 })
            {
                float[] w = new float[inputs * outputs], x = new float[inputs], expected = new float[outputs],
                    y = new float[outputs];
                foreach (ref float value in w.AsSpan())
                    value = random.NextSingle() - 0.5f;
                foreach (ref float value in x.AsSpan())
                    value = random.NextSingle() - 0.5f;
                Gemm.Multiply(false, true, 1, outputs, inputs, x, inputs, w, inputs, expected, outputs);
                fixed (float* pw = w, px = x, py = y)
                    RowProduct.Multiply(pw, inputs, outputs, px, py);
                CollectionAssert.AreEqual(expected, y, $"{inputs} inputs, {outputs} outputs");
            }
    }
}
