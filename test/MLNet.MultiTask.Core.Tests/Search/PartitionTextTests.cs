using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class PartitionTextTests
{
    [TestMethod]
    public void Of_AnyPartition_IsTheGroupingsText()
    {
        var stream = new RandomStream(5, "partitions");
        for (int tasks = 1; tasks < 40; tasks++)
        {
            int[] of = [.. Enumerable.Range(0, tasks).Select(_ => stream.NextInt32(1 + tasks / 2))];
            Assert.AreEqual(TaskGrouping.FromAssignment(of).ToString(), PartitionText.Of(of));
        }
    }
}
