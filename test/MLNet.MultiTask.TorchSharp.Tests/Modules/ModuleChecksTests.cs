using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Modules;

/// <summary>What would end the process, or train nothing, is one sentence.</summary>
[TestClass]
public sealed class ModuleChecksTests : TorchTests
{
    private static readonly long[] Columns = [0];

    [TestMethod]
    public void Fit_TrunkWithOtherRows_IsRefused() =>
        Refused(c => new SharedTrunk(c, new Lambda(x => x.narrow(0, 0, 1))),
        "The trunk gives 1×4 for 3×5 features; one row per row of features, 3×width, is expected");

    [TestMethod]
    public void Fit_TrunkWithThreeDimensions_IsRefused() =>
        Refused(c => new SharedTrunk(c, new Lambda(x => x.unsqueeze(2))),
        "The trunk gives 3×4×1 for 3×5 features");

    [TestMethod]
    public void Fit_TrunkForOtherFeatures_SaysWhatTorchSharpSays() => Refused(
        c => new SharedTrunk(c, nn.Linear(7, 3)),
        "The trunk fails on 3 rows of 5 features: mat1 and mat2 shapes cannot");

    [TestMethod]
    public void Fit_OutputsOfOtherWidth_IsRefused() => Refused(c => new Outputs(c, x => x.narrow(1, 0, 2)),
        "The module gives 4×2 numbers of type Float32 for 4×5 features; 4×5 of type Float32 are expected");

    [TestMethod]
    public void Fit_MeanOverTheRows_IsRefused() => Refused(c => new Outputs(c, x => x.mean(Columns, true)),
        "The module gives 1×5 numbers");

    [TestMethod]
    public void Fit_OutputsOfOtherType_IsRefused() => Refused(c => new Outputs(c, x => x.to(float64)),
        "The module gives 4×5 numbers of type Float64");

    [TestMethod]
    public void Fit_ParameterThatNothingUses_IsNamed() => Refused(c => new Outputs(c, x => x, unused: true),
        "Parameters 'spare.weight', 'spare.bias' would not be trained");

    [TestMethod]
    public void Fit_OutputsWithoutGraph_IsRefused() => Refused(c => new Outputs(c, x => x.detach()),
        "The module's output does not depend on any of its parameters");

    [TestMethod]
    public void Fit_HeadOfOtherWidth_IsRefused() => Refused(
        c => new SharedTrunk(c, new Lambda(x => x), task => nn.Linear(4, 2)),
        "The module gives 4×6 numbers");

    [TestMethod]
    public void Fit_NanInALayer_NamesTheLayerAndTheTask()
    {
        TaskTable table = Problems.Mixed(100);
        TorchModuleLearner learner =
            TestModules.Learner(c => new SharedTrunk(c, nn.Sequential(("first", nn.Linear(5, 4)),
            ("root", new Lambda(x => (x - 1e6f).sqrt(), 4)), ("last", nn.Linear(4, 4)))));

        var e = Assert.ThrowsExactly<TrainingDivergedException>(() => learner.Fit(table, Split, [0, 1, 2], new()));

        StringAssert.StartsWith(e.Message, "The loss of task 'bin' is not finite in epoch 1, step 1");
        StringAssert.Contains(e.Message,
            "the values of layer 'trunk.root' (Lambda) are the first that are not finite, its " +
            "inputs are");
        StringAssert.EndsWith(e.Message, "normalise the features, or change the module");
    }

    private static readonly RowSplit Split = new([.. Enumerable.Range(0, 80)], [.. Enumerable.Range(80, 20)]);

    private static void Refused(Func<ArchitectureContext, MultiTaskModule> create, string expected)
    {
        TaskTable table = Problems.Mixed(100);
        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() =>
            TestModules.Learner(create).Fit(table, Split, [0, 1, 2], new())).Message, expected);
    }
}
