using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Tests.Data;

[TestClass]
public sealed class MemoryCheckTests
{
    [TestMethod]
    public void ThrowIfTableIsTooLarge_MoreThanThereIs_SaysTheSizes()
    {
        MemoryCheck.ThrowIfTableIsTooLarge("d.csv", 1000, 3, 100, 30_000);
        var e = Assert.ThrowsExactly<InputException>(
            () => MemoryCheck.ThrowIfTableIsTooLarge("d.csv", 1_000_000, 300, 500, 1_000_000_000));
        Assert.AreEqual(
            "d.csv: the features are 1000000 x 500 numbers and take 2.0 GB, but 1.0 GB of memory are there; " +
            "use fewer rows (--max-rows) or columns (--ignore).", e.Message);
    }

    [TestMethod]
    public async Task Train_HugeNetwork_IsRefusedBeforeTraining()
    {
        using var folder = new TemporaryFolder();
        foreach (string hidden in new[] { "2000000000", "100000,100000,100000", "2147483647,2147483647" })
            (await ToolRun.Of(["train", "--data", folder.Write("d.csv", SmallData.Lines()), .. SmallData.Labels,
                "--hidden", hidden])).AssertBadInput("in training, but ");
    }
}
