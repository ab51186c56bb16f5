using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public sealed class VectorMathTests
{
    [TestMethod]
    public void ExpOfNegative_WholeRange_IsWithinTwoUlp()
    {
        for (double x = 0; x > -86; x -= 0.0117)
            Assert.AreEqual(1, VectorMath.ExpOfNegative(Vector256.Create((float)x))[0] / Math.Exp((float)x),
                2.4e-7, $"{x}");
    }

    [TestMethod]
    public void ExpOfNegative_Extremes_UnderflowAndKeepNaN()
    {
        Assert.AreEqual(1f, VectorMath.ExpOfNegative(Vector256<float>.Zero)[0]);
        Assert.IsLessThan(1e-37f, VectorMath.ExpOfNegative(Vector256.Create(float.NegativeInfinity))[0]);
        Assert.IsTrue(float.IsNaN(VectorMath.ExpOfNegative(Vector256.Create(float.NaN))[0]));
    }

    [TestMethod]
    public void LogOfOnePlus_WholeRange_IsWithinTwoUlp()
    {
        for (double x = 1; x > 1e-30; x *= 0.97)
        {
            double exact = (float)x, expected = exact < 1e-8 ? exact - exact * exact / 2 : Math.Log(1 + exact);
            Assert.AreEqual(1, VectorMath.LogOfOnePlus(Vector256.Create((float)x))[0] / expected, 2.4e-7, $"{x}");
        }
    }

    [TestMethod]
    public void SinCos_WholeRange_IsWithinTwoUlpOfOne()
    {
        for (double x = -VectorMath.GreatestAngle; x <= VectorMath.GreatestAngle; x += 0.1371)
        {
            (Vector256<float> sine, Vector256<float> cosine) = VectorMath.SinCos(Vector256.Create((float)x));
            Assert.AreEqual(Math.Sin((float)x), sine[0], 2.4e-7, $"{x}");
            Assert.AreEqual(Math.Cos((float)x), cosine[0], 2.4e-7, $"{x}");
        }
        (Vector256<float> none, Vector256<float> one) = VectorMath.SinCos(Vector256<float>.Zero);
        Assert.AreEqual((0f, 1f), (none[0], one[0]));
    }
}
