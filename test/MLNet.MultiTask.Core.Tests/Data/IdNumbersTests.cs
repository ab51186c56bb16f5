using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Core.Tests.Data;

[TestClass]
public class IdNumbersTests
{
    [TestMethod]
    [DataRow("counter", true)]
    [DataRow("gaps", true)]
    [DataRow("down", true)]
    [DataRow("shuffled", true)]
    [DataRow("times", true)]
    [DataRow("repeated", false)]
    [DataRow("measures", false)]
    [DataRow("ages", false)]
    [DataRow("missing", false)]
    [DataRow("constant", false)]
    public void LookLikeIds_Column_IsJudgedByItsValues(string column, bool expected)
    {
        var random = new RandomStream(1, "ids");
        int[] order = random.Permutation(100);
        double[] values = [.. Enumerable.Range(0, 100).Select(i => column switch
        {
            "counter" => i,
            "gaps" => 7 * i + i % 3,
            "down" => -2.0 * i,
            "shuffled" => 1000 + 13 * order[i],
            "times" => 0.25 * i * i,
            "repeated" => order[i] / 2,
            "measures" => random.NextNormal(),
            "ages" => 20 + order[i] % 50,
            "missing" => i == 50 ? double.NaN : i,
            _ => 1,
        })];
        Assert.AreEqual(expected, IdNumbers.LookLikeIds(100, i => values[i]));
        Assert.IsFalse(IdNumbers.LookLikeIds(10, i => values[i]));
    }
}
