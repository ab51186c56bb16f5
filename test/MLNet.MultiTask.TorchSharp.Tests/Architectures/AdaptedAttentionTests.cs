namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class AdaptedAttentionTests : TorchTests
{
    /// <summary>
    /// Tokens 3 and 6, values the same, queries 0: learned attention is even, 4½. The affinity ±ln 3/2 in units of its
    /// spread, ln 3/2, is ±1: softmax (e, 1/e) = (0.880797, 0.119203), 3.357609 for a; a quarter of it is mixed in.
    /// </summary>
    [TestMethod]
    public void Represent_TwoTasks_MixesTheAffinityIn()
    {
        MultiTaskModule module =
            Made.Filled("task-adapted(hidden=1; affinity=0.5493061,-0.5493061|-0.5493061,0.5493061; mix=0.25)",
            name => name == "token/b" ? 2 : name.StartsWith("queries", StringComparison.Ordinal) ? 0 : 1);

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(3 + 0.75f * 4.5f + 0.25f * 3.357609f, outputs[0], 1e-5f);
        Assert.AreEqual(6 + 0.75f * 4.5f + 0.25f * 5.642391f, outputs[1], 1e-5f);
    }

    [TestMethod]
    [DataRow("task-adapted(affinity=1,2)",
        "Setting 'affinity' of architecture 'task-adapted' is '1,2'; a matrix of 2×2 finite numbers")]
    [DataRow("task-adapted(affinity=1,2|3,x)", "Setting 'affinity'")]
    [DataRow("task-adapted(mix=0.2)", "Setting 'mix' of architecture 'task-adapted' needs the setting 'affinity'")]
    [DataRow("task-adapted(affinity=1,2|3,4; mix=2)",
        "Setting 'mix' of architecture 'task-adapted' is '2'; a number from 0 to 1")]
    public void Create_AffinityThatDoesNotFit_IsRefused(string architecture, string expected) =>
        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => Made.Of(architecture)).Message, expected);

    /// <summary>Tokens attend to each other, so everything but the other's head is trained by a task.</summary>
    [TestMethod]
    public void Gradient_OfOneTask_ReachesAllButTheOthersHead()
    {
        (_, string[] untrained) = Made.Gradients(Made.Of("task-adapted(hidden=4)"), 0);

        CollectionAssert.AreEquivalent(new[] { "heads.1.weight", "heads.1.bias" }, untrained);
    }

    [TestMethod]
    public void WithAffinity_Matrix_IsTheSetting()
    {
        var affinity = new TaskAffinity(["a", "b"], [1, 0.25, -2, 1.5], "test");

        Assert.AreEqual("task-adapted(affinity=1,0.25|-2,1.5; mix=0.1)",
            TorchArchitectures.WithAffinity("task-adapted(mix=0.1)", affinity));
        Made.Of(TorchArchitectures.WithAffinity("task-adapted", affinity));
    }
}
