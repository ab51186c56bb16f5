using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Core.Tests.Data;

[TestClass]
public class CountedTests
{
    [TestMethod]
    [DataRow(0, "0 rows")]
    [DataRow(1, "1 row")]
    [DataRow(2, "2 rows")]
    public void Of_AnyCount_AgreesWithItsNoun(int count, string text) =>
        Assert.AreEqual(text, Counted.Of(count, "row"));

    [TestMethod]
    public void Of_OddPlural_IsTaken()
    {
        Assert.AreEqual("1 category", Counted.Of(1, "category", "categories"));
        Assert.AreEqual("3 categories", Counted.Of(3, "category", "categories"));
    }
}
