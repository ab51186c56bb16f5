namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class ProgressiveExtractionTests : TorchTests
{
    /// <summary>
    /// Gates are even. Level 0: own experts 3 and 6, the shared one 9, so tasks get 6 and 7½ and the next shared expert
    /// 6. Level 1: own ones 6 and 7½, the shared one twice its input, 12: 9 and 9¾.
    /// </summary>
    [TestMethod]
    public void Represent_TwoLevels_IsTheFormulaByHand()
    {
        MultiTaskModule module = Made.Filled("ple(levels=2; shared=1; own=1; hidden=1)", name => name switch
        {
            "level0/own/a/0/0" or "level1/own/a/0/0" or "level1/own/b/0/0" => 1,
            "level0/own/b/0/0" or "level1/shared/0/0" => 2,
            "level0/shared/0/0" => 3,
            _ => name.StartsWith("heads.", StringComparison.Ordinal) ? 1 : 0,
        });

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(9, outputs[0], 1e-5f);
        Assert.AreEqual(9.75f, outputs[1], 1e-5f);
    }

    /// <summary>
    /// As by hand above, with an expert 12 of a group of both tasks: level 0 gives (3 + 12 + 9)/3 = 8, 9, and 7½ to the
    /// group's and the shared expert; level 1 sums (8 + 7½ + 15)/3 and (9 + 7½ + 15)/3.
    /// </summary>
    [TestMethod]
    public void Represent_TwoLevelsWithAGroup_IsTheFormulaByHand()
    {
        MultiTaskModule module = Made.Filled("ple(levels=2; shared=1; own=1; groups=0,1; group-experts=1; hidden=1)",
            name => name switch
            {
                "level0/own/a/0/0" or "level1/own/a/0/0" or "level1/own/b/0/0" or "level1/group/0/0/0" => 1,
                "level0/own/b/0/0" or "level1/shared/0/0" => 2,
                "level0/shared/0/0" => 3,
                "level0/group/0/0/0" => 4,
                _ => name.StartsWith("heads.", StringComparison.Ordinal) ? 1 : 0,
            });

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(30.5f / 3, outputs[0], 1e-5f);
        Assert.AreEqual(31.5f / 3, outputs[1], 1e-5f);
    }

    /// <summary>Below the last level the gate of all tasks reaches other tasks' experts, as the paper's does.</summary>
    [TestMethod]
    public void Gradient_TwoLevels_ReachesOthersBelowTheLastLevelOnly()
    {
        (string[] trained, _) = Made.Gradients(Made.Of("ple(levels=2; shared=1; own=1; hidden=4)"), 0);

        CollectionAssert.AreEqual(new[] { "level0/own/b/0/0" },
            trained.Where(n => n.Split('/').Contains("b")).ToArray());
    }

    [TestMethod]
    public void Represent_StopGradient_IsTheValueWithoutMask()
    {
        MultiTaskModule module = Made.Filled("cgc(shared=1; own=1; hidden=1; stop-gradient=yes)", name => name switch
        {
            "level0/own/a/0/0" => 1, "level0/own/b/0/0" => 2, "level0/shared/0/0" => 3,
            _ => name.StartsWith("heads.", StringComparison.Ordinal) ? 1 : 0,
        });

        Assert.AreEqual(6, Made.Outputs(module)[0], 1e-5f);
    }
}
