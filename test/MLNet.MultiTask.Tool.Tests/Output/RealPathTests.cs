using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Tests.Output;

[TestClass]
public sealed class RealPathTests
{
    [TestMethod]
    public void AreSame_SpellingsAndLinks_AreSeenThrough()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", "a");
        Directory.CreateDirectory(folder["real"]);
        Directory.CreateSymbolicLink(folder["linked"], folder["real"]);
        File.CreateSymbolicLink(folder["link.csv"], "d.csv");
        File.CreateSymbolicLink(folder["link2.csv"], folder["link.csv"]);
        Assert.IsTrue(RealPath.AreSame(file, folder["real/../d.csv"]));
        Assert.IsTrue(RealPath.AreSame(file, folder["link2.csv"]));
        Assert.IsTrue(RealPath.AreSame(folder["linked/new.json"], folder["real/./new.json"]));
        Assert.IsFalse(RealPath.AreSame(folder["linked/new.json"], folder["new.json"]));
        File.CreateSymbolicLink(folder["loop"], folder["loop"]);
        Assert.IsFalse(RealPath.AreSame(folder["loop"], file));
    }
}
