using TorchSharp;

namespace MLNet.MultiTask.Torch.Tests;

/// <summary>Tests that need TorchSharp: they are skipped, and say why, where it cannot be loaded.</summary>
public abstract class TorchTests
{
    [TestInitialize]
    public void SkipWithoutTorchSharp()
    {
        if (TorchLibrary.Missing is { } reason)
            Assert.Inconclusive($"{reason} (build/test.sh bridges this where it can: build/glibcxx-shim.sh)");
        torch.set_num_threads(1);
    }
}
