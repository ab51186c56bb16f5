using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

/// <summary>What holds for every architecture of the library, and the values of the older ones by hand.</summary>
[TestClass]
public sealed class ArchitectureTests : TorchTests
{
    /// <summary>A task's loss trains everything but the heads, gates and experts that are another task's.</summary>
    [TestMethod]
    [DataRow("mlp(hidden=4)")]
    [DataRow("mmoe(experts=2; hidden=4)")]
    [DataRow("cgc(shared=1; own=1; hidden=4)")]
    [DataRow("cgc(shared=2; own=2; hidden=4; stop-gradient=yes)")]
    [DataRow("cross-stitch(hidden=4)")]
    [DataRow("dselect-k(experts=4; k=2; hidden=4; gamma=20)")]
    [DataRow("home(hidden=4; meta=4; rank=2)")]
    [DataRow("dtrn(hidden=4)")]
    [DataRow("mtan(hidden=5,4)")]
    [DataRow("task-expert(hidden=4)")]
    [DataRow("modular(hidden=4)")]
    [DataRow("dual-encoder(shared=4; own=4)")]
    [DataRow("multitab(width=4)")]
    [DataRow("slimmable(hidden=4)")]
    [DataRow("pruned(hidden=4; keep=1)")]
    [DataRow("rep-mtl(hidden=4)")]
    public void Gradient_OfOneTask_ReachesAllButTheOthersOwn(string architecture)
    {
        (string[] trained, string[] untrained) = Made.Gradients(Made.Of(architecture), 0);

        Assert.IsEmpty(trained.Where(IsOfB), string.Join(", ", trained.Where(IsOfB)));
        Assert.IsEmpty(untrained.Where(n => !IsOfB(n)), string.Join(", ", untrained.Where(n => !IsOfB(n))));
        static bool IsOfB(string name) =>
            name.Split('/').Contains("b") || name.StartsWith("heads.1.", StringComparison.Ordinal);
    }

    /// <summary>
    /// A grouping becomes masks: nothing that is another group's is trained, as if there were two modules.
    /// </summary>
    [TestMethod]
    [DataRow("mmoe(experts=0; groups=0,1|2,3; group-experts=2; hidden=4)")]
    [DataRow("cgc(shared=0; own=1; groups=0,1|2,3; group-experts=2; hidden=4)")]
    public void Gradient_OfATaskInAGroup_StaysInTheGroup(string architecture)
    {
        (string[] trained, string[] untrained) = Made.Gradients(Made.Of(architecture, Made.Binary(4)), 0);

        Assert.IsEmpty(trained.Where(IsOfOthers), string.Join(", ", trained.Where(IsOfOthers)));
        Assert.IsEmpty(untrained.Where(n => !IsOfOthers(n)), string.Join(", ", untrained.Where(n => !IsOfOthers(n))));
        static bool IsOfOthers(string name) => name.Contains("group/1", StringComparison.Ordinal)
            || name.Split('/').Intersect(["b", "c", "d"]).Any() || (name.StartsWith("heads.", StringComparison.Ordinal)
                && !name.StartsWith("heads.0.", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("mmoe(hidden=0)", "Setting 'hidden'")]
    [DataRow("mmoe(experts=0)", "Setting 'experts' of architecture 'mmoe' is '0'; a whole number from 1 to 1024")]
    [DataRow("mmoe(groups=0|1|2)",
        "Setting 'groups' of architecture 'mmoe' is '0|1|2'; a grouping of the module's 2 tasks in canonical form, " +
        "such as 0,1 is expected")]
    [DataRow("mmoe(group-experts=2)", "Setting 'group-experts' of architecture 'mmoe' needs the setting 'groups'")]
    [DataRow("cgc(own=0)", "Setting 'own'")]
    [DataRow("ple(levels=2; stop-gradient=yes)",
        "Setting 'stop-gradient' of architecture 'ple' is 'yes' with 2 levels")]
    [DataRow("mlp(hidden=2000000,2000000)",
        "Architecture 'mlp(hidden=2000000,2000000)' cannot be made for 2 features and 2 tasks: ")]
    [DataRow("mmoe(experts=2; hidden=2000000,2000000)",
        "Architecture 'mmoe(experts=2; hidden=2000000,2000000)' cannot be made")]
    [DataRow("cross-stitch(keep=2)", "Setting 'keep' of architecture 'cross-stitch' is '2'; a number from 0 to 1")]
    [DataRow("dselect-k(experts=6)",
        "Setting 'experts' of architecture 'dselect-k' is '6'; a power of two (experts have binary codes) such as 8 " +
        "is expected")]
    [DataRow("dselect-k(experts=4; k=5)", "Setting 'k' of architecture 'dselect-k' is '5'; a whole number from 1 to 4")]
    public void Create_SettingOutOfRange_IsRefused(string architecture, string expected) =>
        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => Made.Of(architecture)).Message, expected);

    /// <summary>Experts 3 and 6, gate logits 0 and ln 3: softmax (¼, ¾), so h = 5¼.</summary>
    [TestMethod]
    public void MultiGateExperts_TwoExperts_MixBySoftmaxOfTheGate()
    {
        MultiTaskModule module = Made.Filled("mmoe(experts=2; hidden=1)", name =>
            name == "level0/shared/1/0" ? 2 : name == "level0/shared/0/0"
            || name.StartsWith("heads.", StringComparison.Ordinal) ? 1 : 0);
        Made.Set(Made.Map(module, "level0/gate/own/a").Weight, 0, MathF.Log(3), 0, 0);

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(5.25f, outputs[0], 1e-5f);
        Assert.AreEqual(4.5f, outputs[1], 1e-5f);
    }

    /// <summary>Trunks give 3 and 6; A keeps 0.7: 0.7·3 + 0.3·6 = 3.9 and 0.3·3 + 0.7·6 = 5.1.</summary>
    [TestMethod]
    public void CrossStitch_OneLayer_MixesTheTasksTrunks()
    {
        MultiTaskModule module = Made.Filled("cross-stitch(hidden=1; keep=0.7)",
            name => name.StartsWith("layer0.1.", StringComparison.Ordinal) ? 2 : 1);
        Made.Set(module.state_dict()["stitch0"], 0.7f, 0.3f, 0.3f, 0.7f);

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(3.9f, outputs[0], 1e-5f);
        Assert.AreEqual(5.1f, outputs[3], 1e-5f);
    }

    /// <summary>A begins with rows that sum to 1.</summary>
    [TestMethod]
    public void CrossStitch_Fresh_KeepsTheDiagonal()
    {
        float[] stitch = Made.Of("cross-stitch(hidden=1; keep=0.7)", Made.Binary(4))
            .state_dict()["stitch0"].data<float>().ToArray();

        Assert.AreEqual(0.7f, stitch[0], 1e-6f);
        Assert.AreEqual(1, stitch[..4].Sum(), 1e-6f);
    }
}
