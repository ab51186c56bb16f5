namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class MemoryExpertsTests : TorchTests
{
    /// <summary>
    /// Experts 3 and 6, even gates: memory 4½, mean 4½. Then experts 4½ and 9; the gate of a sees ln 3 of its memory
    /// for the second, (¼, ¾): 4½ + 7⅞; that of b stays even: 4½ + 6¾.
    /// </summary>
    [TestMethod]
    public void Represent_TwoLevels_IsTheFormulaByHand()
    {
        MultiTaskModule module = Made.Filled("task-expert(levels=2; experts=2; hidden=1)", name => name switch
        {
            "level0/expert/0/0" or "level1/expert/0/0" => 1, "level0/expert/1/0" or "level1/expert/1/0" => 2,
            _ => name.StartsWith("heads.", StringComparison.Ordinal) ? 1 : 0,
        });
        // Inputs are the experts' mean and the memory.
        Made.Set(Made.Map(module, "level1/gate/a").Weight, 0, 0, 0, MathF.Log(3) / 4.5f);

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(12.375f, outputs[0], 1e-5f);
        Assert.AreEqual(11.25f, outputs[1], 1e-5f);
    }
}
