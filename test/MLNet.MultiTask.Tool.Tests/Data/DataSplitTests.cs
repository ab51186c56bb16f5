using System.Globalization;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Tests.Data;

[TestClass]
public sealed class DataSplitTests
{
    [TestMethod]
    [DataRow(5, 3, 1, 1)]
    [DataRow(9, 5, 1, 3)]
    [DataRow(593, 355, 118, 120)]
    public void Constructor_AnyNumberOfRows_DividesEveryRowOnce(int rows, int train, int validation, int test)
    {
        var split = new DataSplit(rows, DataSplit.DefaultSeed, null);

        Assert.AreEqual((train, validation, test), (split.Train.Length, split.Validation.Length, split.Test.Length));
        int[] positions = [.. split.Train, .. split.Validation, .. split.Test];
        CollectionAssert.AreEqual(Enumerable.Range(0, rows).ToArray(), positions);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, rows).ToArray(), split.FileRows);
    }

    [TestMethod]
    public void Constructor_MaxRows_KeepsTheFirstInKeyOrder()
    {
        var all = new DataSplit(100, 7, null);
        var some = new DataSplit(100, 7, 30);
        CollectionAssert.AreEqual(all.FileRows[..30], some.FileRows);
        Assert.AreNotEqual(all.Check(), some.Check());
    }

    [TestMethod]
    public void Check_KnownOrder_IsFnv1a()
    {
        // One row: FNV-1a 64 of the bytes '0', line feed.
        ulong hash = 0xCBF29CE484222325;
        hash = (hash ^ '0') * 0x100000001B3;
        hash = (hash ^ '\n') * 0x100000001B3;
        Assert.AreEqual(hash.ToString("x16", CultureInfo.InvariantCulture), new DataSplit(1, 1, null).Check());
    }
}
