using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Native;

[TestClass]
public sealed class FreedNumbersTests : TorchTests
{
    [TestMethod]
    public void Retry_NumberFreedTwice_GivesTheThirdResult()
    {
        int calls = 0;

        Assert.AreEqual(3, FreedNumbers.Retry(() => ++calls < 3 ? throw new NumberFreedException() : calls));
    }

    [TestMethod]
    public void Retry_NumberFreedAlways_EndsAfterFiveCalls()
    {
        int calls = 0;
        Assert.ThrowsExactly<NumberFreedException>(() => FreedNumbers.Retry(() =>
        {
            calls++;
            throw new NumberFreedException();
        }));

        Assert.AreEqual(5, calls);
    }

    [TestMethod]
    public void Retry_OtherError_IsNotRepeated()
    {
        int calls = 0;
        Assert.ThrowsExactly<ExternalException>(() => FreedNumbers.Retry(() =>
        {
            calls++;
            mm(zeros(2, 3), zeros(2, 3));
        }));

        Assert.AreEqual(1, calls);
    }

    /// <summary>What libtorch says then.</summary>
    private sealed class NumberFreedException() : ExternalException(
        "Expected false to be true, but got false.\nException raised from toDouble at /pytorch/c10/core/Scalar.h:140");
}
