using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class DualEncoderTests : TorchTests
{
    /// <summary>Shared 3, own 6 and 9 with coefficients 2 and 1: 12 and 15.</summary>
    [TestMethod]
    public void Represent_OneUnitEach_IsTheFormulaByHand()
    {
        MultiTaskModule module = Heads("dual-encoder(shared=1; own=1)", 2, 2);

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(12, outputs[0], 1e-5f);
        Assert.AreEqual(15, outputs[1], 1e-5f);
    }

    /// <summary>
    /// Coefficients 1, 2, 4 of the shared part: squared distances 1, 9, 4, their mean 14/3, half of it.
    /// </summary>
    [TestMethod]
    public void ExtraLoss_ThreeTasks_IsTheMeanSquaredDistanceOfTheSharedPart() => Assert.AreEqual(7f / 3,
        Heads("dual-encoder(shared=1; own=1; similarity=0.5)", 1, 2, 4).ExtraLoss(zeros(3))!.item<float>(), 1e-5f);

    /// <summary>A binary and a three-class task have no coefficients to compare.</summary>
    [TestMethod]
    public void ExtraLoss_NoTwoTasksAlike_IsNone() => Assert.IsNull(Made.Of("dual-encoder").ExtraLoss(zeros(2)));

    private static MultiTaskModule Heads(string architecture, params float[] shared)
    {
        MultiTaskModule module = Made.Filled(architecture, name => name switch
        {
            "shared/0" => 1, "own/a/0" => 2, "own/b/0" => 3, _ => 0,
        }, Made.Binary(shared.Length));
        for (int t = 0; t < shared.Length; t++)
            Made.Set(module.state_dict()[$"heads.{t}.weight"], shared[t], 1);
        return module;
    }
}
