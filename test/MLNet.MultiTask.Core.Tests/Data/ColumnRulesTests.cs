using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public sealed class ColumnRulesTests
{
    [TestMethod]
    public void AreNumbers_HalfOfTheFilledCells_Suffices()
    {
        Assert.IsTrue(ColumnRules.AreNumbers(5, 10));
        Assert.IsFalse(ColumnRules.AreNumbers(4, 9));
        Assert.IsTrue(ColumnRules.AreNumbers(0, 0));
    }

    [TestMethod]
    public void NameRows_NearlyEveryTextAnother_FromTwentyOn()
    {
        Assert.IsTrue(ColumnRules.NameRows(20, 20));
        Assert.IsFalse(ColumnRules.NameRows(19, 19));
        Assert.IsTrue(ColumnRules.NameRows(91, 100));
        Assert.IsFalse(ColumnRules.NameRows(90, 100));
    }

    [TestMethod]
    public void NotationOf_MostOfNearlyAllCells_IsNamedWithAnExample()
    {
        Assert.AreEqual(("a decimal comma", "1,5"), ColumnRules.NotationOf([("1,5", 6), ("5 %", 3), ("2,25", 1)]));
        Assert.IsNull(ColumnRules.NotationOf([("1,5", 9), ("north", 1)]));
        Assert.AreEqual(("a decimal comma", "1,5"), ColumnRules.NotationOf([("1,5", 91), ("north", 9)]));
        Assert.IsNull(ColumnRules.NotationOf([]));
        Assert.IsNull(ColumnRules.NotationOf([("north", 3), ("south", 1)]));
    }
}
