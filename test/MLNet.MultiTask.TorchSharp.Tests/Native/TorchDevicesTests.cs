namespace MLNet.MultiTask.Torch.Tests;

[TestClass]
public sealed class TorchDevicesTests
{
    [TestMethod]
    public void Choose_NoNumber_IsTheCpu() => Assert.AreEqual(("cpu", null), TorchDevices.Choose(null, false, 2));

    [TestMethod]
    public void Choose_NumberThatExists_IsThatGpu() =>
        Assert.AreEqual(("cuda:1", null), TorchDevices.Choose(1, false, 2));

    [TestMethod]
    public void Choose_NoGpuAndFallback_IsTheCpuAndSaysSo() =>
        Assert.AreEqual(("cpu", "GpuDeviceId is 0, but no GPU that libtorch can use was found: the CPU is used " +
            "(FallbackToCpu)"), TorchDevices.Choose(0, true, 0));

    [TestMethod]
    [DataRow(0, 0, "GpuDeviceId is 0, but no GPU that libtorch can use was found")]
    [DataRow(2, 2, "GpuDeviceId is 2, but GPUs 0 to 1 were found")]
    [DataRow(-1, 1, "GpuDeviceId is -1, but GPUs 0 to 0 were found")]
    public void Choose_NoSuchGpu_IsRefused(int id, int gpus, string expected) => StringAssert.StartsWith(
        Assert.ThrowsExactly<InvalidOperationException>(() => TorchDevices.Choose(id, false, gpus)).Message, expected);
}
