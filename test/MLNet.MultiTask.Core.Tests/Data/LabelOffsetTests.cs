using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public sealed class LabelOffsetTests
{
    [TestMethod]
    [DataRow(new double[] { 1, 2, double.NaN, 3 }, 0.0)]
    [DataRow(new double[] { 1000, 1002 }, 1001.0)]
    [DataRow(new double[] { 1.7e9 + 1, 1.7e9 - 1, double.NaN }, 1.7e9)]
    [DataRow(new double[] { 5, 5 }, 0.0)] // what single precision holds needs none
    [DataRow(new double[] { 1700000001, 1700000001 }, 1700000001.0)]
    [DataRow(new double[] { double.NaN }, 0.0)]
    [DataRow(new double[] { }, 0.0)]
    public void Of_Labels_IsTheMeanWhereItIsFarFromZero(double[] labels, double offset) =>
        Assert.AreEqual(offset, LabelOffset.Of(labels));
}
