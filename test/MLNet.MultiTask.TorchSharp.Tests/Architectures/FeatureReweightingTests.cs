namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class FeatureReweightingTests : TorchTests
{
    /// <summary>
    /// Squeezed to 3; σ(ln 3) = ¾ of the first feature and ½ of the second: ¾ + 1; task b has ½ of both.
    /// </summary>
    [TestMethod]
    public void Represent_OneUnit_IsTheFormulaByHand()
    {
        MultiTaskModule module = Made.Filled("dtrn(reduction=2; hidden=1)", name =>
            name.StartsWith("excite/", StringComparison.Ordinal) ? 0 : 1);
        Made.Set(Made.Map(module, "excite/a").Weight, MathF.Log(3) / 3, 0);

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(1.75f, outputs[0], 1e-5f);
        Assert.AreEqual(1.5f, outputs[1], 1e-5f);
    }
}
