namespace MLNet.MultiTask.Tests.Grouping;

[TestClass]
public class TaskGroupingTests
{
    [TestMethod]
    [DataRow("0")]
    [DataRow("0,1|2,3")]
    [DataRow("0,3|1|2")]
    [DataRow("0,1,(4)|2,3,4")]
    [DataRow("0,(1)|(0),1")]
    public void Parse_CanonicalText_RoundTrips(string text)
    {
        TaskGrouping grouping = TaskGrouping.Parse(text);
        Assert.AreEqual(text, grouping.ToString());
        Assert.AreEqual(grouping, new TaskGrouping(grouping.Groups.Reverse()));
        Assert.AreEqual(grouping.GetHashCode(), TaskGrouping.Parse(text).GetHashCode());
    }

    [TestMethod]
    [DataRow("", "'' is not a task number")]
    [DataRow("0,1|", "'' is not a task number")]
    [DataRow("0,x", "'x' is not a task number")]
    [DataRow("0, 1", "' 1' is not a task number")]
    [DataRow("0,-1", "'-1' is not a task number")]
    [DataRow("0,2", "task 2 is outside 0 to 1")]
    [DataRow("0|0", "task 0 is served twice")]
    [DataRow("0,0,1", "task 0 is served twice")]
    [DataRow("0|(0)", "a group serves no task")]
    [DataRow("0,(7)", "helper task 7 is outside 0 to 0")]
    [DataRow("0,(0)", "task 0 stands twice in a group")]
    [DataRow("0,99999999999", "'99999999999' is not a task number")]
    public void Parse_NotAGrouping_SaysWhy(string text, string reason)
    {
        var e = Assert.ThrowsExactly<FormatException>(() => TaskGrouping.Parse(text));
        StringAssert.Contains(e.Message, reason, StringComparison.Ordinal);
        Assert.IsFalse(TaskGrouping.TryParse(text, out _));
    }

    [TestMethod]
    [DataRow("2,3|0,1", "0,1|2,3")]
    [DataRow("1,0", "0,1")]
    [DataRow("00,1", "0,1")]
    public void Parse_NotCanonical_SaysTheCanonicalForm(string text, string canonical)
    {
        var e = Assert.ThrowsExactly<FormatException>(() => TaskGrouping.Parse(text));
        StringAssert.Contains(e.Message, $"'{canonical}' is", StringComparison.Ordinal);
    }

    [TestMethod]
    public void FromAssignment_AnyLabels_GivesCanonicalGroups()
    {
        TaskGrouping grouping = TaskGrouping.FromAssignment([7, -2, 7, 5]);
        Assert.AreEqual("0,2|1|3", grouping.ToString());
        CollectionAssert.AreEqual(new[] { 0, 1, 0, 2 }, grouping.ToAssignment());
    }

    [TestMethod]
    public void AllAndSingle_AreTheTwoCorners()
    {
        Assert.AreEqual("0,1,2", TaskGrouping.All(3).ToString());
        Assert.AreEqual("0|1|2", TaskGrouping.Single(3).ToString());
        Assert.AreEqual(TaskGrouping.All(1), TaskGrouping.Single(1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TaskGrouping.All(0));
    }

    [TestMethod]
    public void ToString_WithNames_PutsHelpersInParentheses()
        => Assert.AreEqual("a, b, (c) | c", TaskGrouping.Parse("0,1,(2)|2").ToString(["a", "b", "c"]));

    [TestMethod]
    public void Members_OfACover_HoldServedAndHelpers()
    {
        TaskGroup group = TaskGrouping.Parse("0,(1),3|1,2").Groups[0];
        CollectionAssert.AreEqual(new[] { 0, 3 }, group.Served.ToArray());
        CollectionAssert.AreEqual(new[] { 1 }, group.Helpers.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, 3 }, group.Members.ToArray());
    }

    [TestMethod]
    public void Parse_RandomGroupings_RoundTrip()
    {
        for (int run = 0; run < 500; run++)
        {
            var random = new RandomStream(11, "groupings", run);
            int tasks = 1 + random.NextInt32(30), groups = 1 + random.NextInt32(tasks);
            var grouping =
                TaskGrouping.FromAssignment([.. Enumerable.Range(0, tasks).Select(_ => random.NextInt32(groups))]);
            Assert.AreEqual(grouping, TaskGrouping.Parse(grouping.ToString()));
            Assert.AreEqual(grouping, TaskGrouping.FromAssignment(grouping.ToAssignment()));
        }
    }
}
