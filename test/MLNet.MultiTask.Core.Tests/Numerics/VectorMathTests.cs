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
}
