namespace MLNet.MultiTask.Torch.Tests;

/// <summary>
/// An application that does not use TorchSharp does not carry it, and one that does chooses its libtorch.
/// </summary>
[TestClass]
public sealed class DependencyTests
{
    [TestMethod]
    public void Projects_OfTheLibrary_OneReferencesTorchSharpAndNoneLibtorch()
    {
        if (Repository.Root is not { } root)
        {
            Assert.Inconclusive("The tests run outside of the repository");
            return;
        }
        string[] projects = Directory.GetFiles(Path.Combine(root, "src"), "*.csproj", SearchOption.AllDirectories);

        CollectionAssert.AreEqual(new[] { "MLNet.MultiTask.TorchSharp" },
            projects.Where(p => References(p, "TorchSharp"))
            .Select(p => Path.GetFileNameWithoutExtension(p)).ToArray());
        Assert.IsFalse(projects.Any(p => References(p, "libtorch")));
        Assert.IsFalse(projects.Any(p => File.ReadAllText(p).Contains("MLNet.MultiTask.TorchSharp.csproj",
            StringComparison.Ordinal)));
    }

    private static bool References(string project, string package) =>
        File.ReadAllText(project).Contains($"PackageReference Include=\"{package}", StringComparison.Ordinal);
}
