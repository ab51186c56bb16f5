namespace MLNet.MultiTask.Tool.Tests;

[TestClass]
public sealed class ToolApplicationTests
{
    [TestMethod]
    public async Task RunAsync_Help_ListsTheVerbs()
    {
        ToolRun run = await ToolRun.Of("--help");
        Assert.AreEqual(ExitCode.Ok, run.ExitCode, run.Error);
        StringAssert.Contains(run.Output, "predict", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task RunAsync_UnknownOption_IsBadInputThatNamesIt()
    {
        ToolRun run = await ToolRun.Of("train", "--nonsense");
        Assert.AreEqual(ExitCode.BadInput, run.ExitCode);
        StringAssert.Contains(run.Error, "--nonsense", StringComparison.Ordinal);
        Assert.AreEqual(1, run.Error.TrimEnd().Split('\n').Length, run.Error);
    }
}
