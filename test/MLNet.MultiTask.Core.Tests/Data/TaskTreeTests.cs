namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public sealed class TaskTreeTests
{
    [TestMethod]
    [DataRow("0")]
    [DataRow("0,1,2,3/0,1|2,3/0|1|2,3")]
    [DataRow("0|1/0|1")]
    public void Parse_CanonicalText_RoundTrips(string text)
    {
        TaskTree tree = TaskTree.Parse(text);
        Assert.AreEqual(text, tree.ToString());
        Assert.AreEqual(tree, new TaskTree(tree.Levels));
        Assert.AreEqual(tree.GetHashCode(), TaskTree.Parse(text).GetHashCode());
    }

    [TestMethod]
    [DataRow("", "'' is not a task number")]
    [DataRow("1,0/0|1", "'1,0' is not in canonical form; '0,1' is")]
    [DataRow("0,1/0", "level 1 of a task tree is over 1 tasks, level 0 over 2")]
    [DataRow("0,1|2,3/0,2|1|3", "level 1 of a task tree joins tasks 0 and 2, which level 0 has separated")]
    [DataRow("0,(1)|1", "level 0 of a task tree, '0,(1)|1', has helpers")]
    public void Parse_AnythingElse_SaysWhy(string text, string reason)
    {
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TaskTree.Parse(text)).Message, reason);
        Assert.IsFalse(TaskTree.TryParse(text, out _));
    }

    [TestMethod]
    [DataRow(0, "0,2|1/0,2|1")]
    [DataRow(1, "0,1,2/0,2|1")]
    [DataRow(2, "0,1,2/0,1,2")]
    public void Split_FromALayer_SharesThoseBelow(int from, string expected)
    {
        Assert.AreEqual(expected, TaskTree.Split(TaskGrouping.Parse("0,2|1"), 2, from).ToString());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TaskTree.Split(TaskGrouping.Parse("0,2|1"), 2, 3));
    }

    [TestMethod]
    public void Restrict_SomeTasks_AreNumberedAnew() =>
        Assert.AreEqual("0,1,2/0,2|1", TaskTree.Parse("0,1,2,3/0,1|2,3").Restrict([0, 2, 1]).ToString());

    [TestMethod]
    public void ToString_Names_AreThoseOfTheLevels() =>
        Assert.AreEqual("a, b / a | b", TaskTree.Parse("0,1/0|1").ToString(["a", "b"]));
}
