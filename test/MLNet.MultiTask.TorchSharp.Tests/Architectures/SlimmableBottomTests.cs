using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class SlimmableBottomTests : TorchTests
{
    /// <summary>
    /// Two units of 3 and 6: at full width 9, at half twice the first. Half costs 2 + 1·4 multiplications.
    /// </summary>
    [TestMethod]
    [DataRow("slimmable(hidden=2; widths=0.5,1)", 9f)]
    [DataRow("slimmable(hidden=2; widths=0.5,1; budget=12)", 9f)]
    [DataRow("slimmable(hidden=2; widths=0.5,1; budget=11)", 6f)]
    [DataRow("slimmable(hidden=2; widths=0.5,1; budget=6)", 6f)]
    public void Forward_Budget_IsTheWidestThatFits(string architecture, float expected) =>
        Assert.AreEqual(expected, Made.Outputs(Module(architecture))[0], 1e-5f);

    /// <summary>Outputs of all tasks: half gives 6 for 9, so 9 per output, whatever the number of outputs.</summary>
    [TestMethod]
    public void ExtraLoss_HalfWidth_IsTheMeanSquaredDistance()
    {
        MultiTaskModule module = Module("slimmable(hidden=2; widths=0.5,1; distill=0.5)");
        module.call(tensor(new float[] { 1, 2 }, [1, 2]));

        Assert.AreEqual(4.5f, module.ExtraLoss(zeros(2))!.item<float>(), 1e-4f);
    }

    /// <summary>The full width is the teacher: what only it has gets nothing from the distillation.</summary>
    [TestMethod]
    public void ExtraLoss_Gradient_ReachesTheNarrowPartOnly()
    {
        MultiTaskModule module = Module("slimmable(hidden=2; widths=0.5,1)");
        module.call(tensor(new float[] { 1, 2 }, [1, 2]));
        module.ExtraLoss(zeros(2))!.backward();
        Tensor trunk = module.get_parameter("trunk.0.weight")!.grad!,
            head = module.get_parameter("heads.0.weight")!.grad!;

        Assert.AreEqual(0, trunk[1].abs().max().item<float>());
        Assert.AreEqual(0, head[0, 1].item<float>());
        Assert.AreNotEqual(0, trunk[0].abs().max().item<float>());
        Assert.AreNotEqual(0, head[0, 0].item<float>());
    }

    [TestMethod]
    [DataRow("slimmable(hidden=2; budget=5)",
        "Setting 'budget' of architecture 'slimmable' is '5'; the narrowest width takes 6 multiplications a row")]
    [DataRow("slimmable(widths=0.5)",
        "Setting 'widths' of architecture 'slimmable' is '0.5'; a list of shares that rise to 1")]
    [DataRow("slimmable(widths=0,1)", "Setting 'widths'")]
    [DataRow("slimmable(widths=0.5,x,1)", "Setting 'widths'")]
    public void Create_SettingThatDoesNotFit_IsRefused(string architecture, string expected) =>
        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => Made.Of(architecture)).Message, expected);

    private static MultiTaskModule Module(string architecture)
    {
        MultiTaskModule module = Made.Of(architecture);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.named_parameters())
            Made.Set(parameter, name == "trunk.0.weight" ? [1, 1, 2, 2]
                : [.. Enumerable.Repeat(name.EndsWith("bias", StringComparison.Ordinal) ? 0f : 1,
                    (int)parameter.numel())]);
        return module;
    }
}
