using System.Diagnostics;

namespace MLNet.MultiTask.Tests.MicrosoftML;

/// <summary>The choice between package and stand-in on a fresh copy of the repository, both ways.</summary>
[TestClass]
public sealed class FreshCloneTests
{
    [TestMethod]
    [TestCategory("Slow")]
    public void FreshClone_WithAndWithoutPackage_RestoresAtTheFirstCommand()
    {
        string? root = Repository.Root;
        if (root == null || !OperatingSystem.IsLinux() || !Path.Exists(Path.Combine(root, ".git")))
            Assert.Inconclusive("Needs a git checkout and a Linux shell.");

        ProcessStartInfo start = new(Path.Combine(root!, "build", "test-fresh-clone.sh"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.AreEqual(0, process.ExitCode, output + errors.Result);
        StringAssert.Contains(output, "checks of a fresh clone passed");
    }
}
