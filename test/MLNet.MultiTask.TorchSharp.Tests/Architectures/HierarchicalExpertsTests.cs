namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class HierarchicalExpertsTests : TorchTests
{
    /// <summary>
    /// A norm over two units makes (1, −1) where the first is larger, (−1, 1) where the second is. The own expert of a
    /// is of the second kind: (1 + 1 − 1)/3 − ½ = −1/6; of b all are of the first kind: 1 + ½.
    /// </summary>
    [TestMethod]
    public void Represent_EvenGates_IsTheFormulaByHand()
    {
        MultiTaskModule module = Made.Filled("home(shared=1; group-experts=1; own=1; hidden=2; meta=2; rank=1)",
            name => 0);
        foreach (string name in (string[])["meta/all/0/0", "meta/group/0/0/0"])
            Made.Set(Made.Map(module, name).Weight, 9, 0, 9, 0);
        // u = (1, −1, 1, −1).
        foreach (string name in (string[])["expert/all/0/0", "expert/group/0/0/0", "own/b/0/0"])
            Made.Set(Made.Map(module, name).Weight, 40, 0, 0, 0, 0, 0, 0, 0);
        Made.Set(Made.Map(module, "own/a/0/0").Weight, 0, 40, 0, 0, 0, 0, 0, 0);
        Made.Set(module.state_dict()["heads.0.weight"], 1, 0);
        Made.Set(module.state_dict()["heads.1.weight"], 1, 0, 0, 0, 0, 0);

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(-1f / 6, outputs[0], 1e-5f);
        Assert.AreEqual(1.5f, outputs[1], 1e-5f);
    }

    [TestMethod]
    public void Gradient_OfATaskInAGroup_ReachesTheOtherGroupOnlyThroughWhatIsOfAll()
    {
        (string[] trained, _) = Made.Gradients(
            Made.Of("home(groups=0,1|2,3; shared=1; group-experts=1; own=1; hidden=4; meta=4; rank=2)", Made.Binary(4)),
            0);

        // The meta gate of all sees every meta expert, as the paper's does; the second level stays in the group.
        CollectionAssert.AreEquivalent(new[] { "meta/group/1/0/0" }, trained.Where(n =>
            n.Contains("group/1", StringComparison.Ordinal) || n.Split('/').Intersect(["b", "c", "d"]).Any())
            .ToArray());
    }
}
