using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class SparseRoutesTests : TorchTests
{
    /// <summary>
    /// Main path 3, experts 3, 6, 9. Route of a ln(1, 3, 2): the best two are (3/5, 2/5) of 6 and 9, so 3 + 7.2; route
    /// of b ln(3, 1, 0.5): (¾, ¼) of 3 and 6, so 3 + 3¾.
    /// </summary>
    [TestMethod]
    public void Represent_ThreeExperts_IsTheFormulaByHand()
    {
        MultiTaskModule module = Three();

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(10.2f, outputs[0], 1e-5f);
        Assert.AreEqual(6.75f, outputs[1], 1e-5f);
    }

    /// <summary>An expert that is not on a task's route gets exactly nothing from its loss.</summary>
    [TestMethod]
    public void Gradient_OfOneTask_StaysOnItsRoute()
    {
        MultiTaskModule module = Three();
        module.call(tensor(new float[] { 1, 2 }, [1, 2]))[0, 0].backward();
        LinearBank experts = Made.Banks(module).Single(b => b.Names.Count == 3);
        float[] sizes = [.. Enumerable.Range(0, 3).Select(e => experts.Weight.grad![e].abs().max().item<float>())];

        Assert.AreEqual(0, sizes[0]);
        Assert.IsGreaterThan(0, sizes[1]);
        Assert.IsGreaterThan(0, sizes[2]);
        Assert.AreEqual(0, module.get_parameter("routes")!.grad![1].abs().max().item<float>());
    }

    /// <summary>Windows of width ½ around the experts 0 and 1: (1, e⁻²)/(1 + e⁻²) against an even route.</summary>
    [TestMethod]
    public void ExtraLoss_EvenRoutes_IsTheDivergenceByHand()
    {
        MultiTaskModule module = Made.Filled("switch(experts=2; k=1; hidden=1; prior=2)", _ => 0);
        double q = 1 / (1 + Math.Exp(-2));
        double Part(double one, double other) => one * Math.Log(one / ((one + other) / 2));
        double expected = (Part(0.5, q) + Part(0.5, 1 - q) + Part(q, 0.5) + Part(1 - q, 0.5)) / 2;

        Assert.AreEqual(2 * expected, module.ExtraLoss(zeros(2))!.item<float>(), 1e-6);
    }

    [TestMethod]
    [DataRow("switch(experts=2; k=3)", "Setting 'k' of architecture 'switch' is '3'; a whole number from 1 to 2")]
    [DataRow("switch(prior=-1)", "Setting 'prior' of architecture 'switch' is '-1'; a number of at least 0")]
    public void Create_SettingOutOfRange_IsRefused(string architecture, string expected) =>
        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => Made.Of(architecture)).Message, expected);

    private static MultiTaskModule Three()
    {
        MultiTaskModule module = Made.Filled("switch(experts=3; k=2; hidden=1)", name => name switch
        {
            "expert/1/0" => 2, "expert/2/0" => 3, _ => 1,
        });
        Made.Set(module.get_parameter("routes")!, 0, MathF.Log(3), MathF.Log(2), MathF.Log(3), 0, MathF.Log(0.5f));
        return module;
    }
}
