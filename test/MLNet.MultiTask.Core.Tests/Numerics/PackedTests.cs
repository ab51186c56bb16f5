using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public sealed class PackedTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(7)]
    public void RowStarts_OfEitherTriangle_CountTheNumbersOfTheRowsBefore(int n)
    {
        int lower = 0, upper = 0;
        for (int i = 0; i < n; i++)
        {
            Assert.AreEqual(lower, Packed.RowStart(i));
            Assert.AreEqual(upper, Packed.UpperRowStart(i, n));
            (lower, upper) = (lower + i + 1, upper + n - i);
        }
        Assert.AreEqual(lower, Packed.Length(n));
        Assert.AreEqual(upper, Packed.Length(n));
    }
}
