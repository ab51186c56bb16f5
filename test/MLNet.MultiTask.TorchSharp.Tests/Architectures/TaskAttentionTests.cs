namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class TaskAttentionTests : TorchTests
{
    /// <summary>
    /// p = 3, then 3. Masks of a: σ(ln 3) = ¾ of 3, then the inner sum 3 + 2¼ and σ(0): 1½. Masks of b: ½ of 3, then
    /// σ((3 + 1½)·ln 3/4½) = ¾ of 3.
    /// </summary>
    [TestMethod]
    public void Represent_TwoLayers_IsTheFormulaByHand()
    {
        MultiTaskModule module = Made.Filled("mtan(hidden=1,1)", name => name switch
        {
            "outer/0/a" => MathF.Log(3) / 3,
            "outer/1/b" => MathF.Log(3) / 4.5f,
            _ => name.StartsWith("outer/", StringComparison.Ordinal) ? 0 : 1,
        });

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(1.5f, outputs[0], 1e-5f);
        Assert.AreEqual(2.25f, outputs[1], 1e-5f);
    }
}
