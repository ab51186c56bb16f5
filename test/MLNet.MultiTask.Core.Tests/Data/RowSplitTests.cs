namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public class RowSplitTests
{
    [TestMethod]
    [DataRow(0, 0.2)]
    [DataRow(1, 0.2)]
    [DataRow(103, 0.25)]
    public void Random_AnySize_CoversEveryRowOnce(int rows, double fraction)
    {
        RowSplit split = RowSplit.Random(rows, fraction, seed: 3);

        Assert.HasCount((int)(rows * fraction), split.Validation);
        CollectionAssert.AreEqual(Enumerable.Range(0, rows).ToArray(),
            split.Train.Concat(split.Validation).Order().ToArray());
    }

    [TestMethod]
    public void Random_Seed_DecidesTheSplit()
    {
        CollectionAssert.AreEqual(RowSplit.Random(50, 0.5, 1).Train, RowSplit.Random(50, 0.5, 1).Train);
        CollectionAssert.AreNotEqual(RowSplit.Random(50, 0.5, 1).Train, RowSplit.Random(50, 0.5, 2).Train);
    }

    [TestMethod]
    [DataRow(-0.1)]
    [DataRow(1.0)]
    [DataRow(double.NaN)]
    public void Random_FractionOutOfRange_IsRefused(double fraction)
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => RowSplit.Random(10, fraction, 1));
}
