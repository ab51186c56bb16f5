namespace MLNet.MultiTask.Torch.Tests;

[TestClass]
public sealed class TorchLibraryTests
{
    [TestMethod]
    public void Describe_OldCppLibrary_NamesTheVersionAndTheWayOut()
    {
        string sentence = TorchLibrary.Describe("LibTorchSharp", "Unable to load shared library 'LibTorchSharp'\n" +
            "/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)\n/app/x");

        Assert.AreEqual(
            "TorchSharp cannot be used: its library LibTorchSharp needs a C++ library with GLIBCXX_3.4.32 " +
            "(GCC 13), newer than this system's; use Debian 13, Ubuntu 24.04, RHEL 10 or later, or a newer " +
            "libstdc++.so.6 by way of LD_LIBRARY_PATH", sentence);
    }

    [TestMethod]
    public void Describe_NoLibtorch_NamesThePackage() =>
        StringAssert.Contains(TorchLibrary.Describe("torch_cpu", "Unable to load"), "libtorch-cpu-linux-x64 2.10.0");

    [TestMethod]
    public void Describe_AnythingElse_IsTheFirstLineOfTheLoader() =>
        Assert.AreEqual("TorchSharp cannot be used: its library LibTorchSharp does not load (bad image)",
            TorchLibrary.Describe("LibTorchSharp", "bad image\nmore"));
}
