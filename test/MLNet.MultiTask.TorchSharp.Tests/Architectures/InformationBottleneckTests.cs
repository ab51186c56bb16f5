using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class InformationBottleneckTests : TorchTests
{
    /// <summary>Two rows at a right angle, temperature 1: −ln(e/(e + 1)); all rows alike: ln 2.</summary>
    [TestMethod]
    [DataRow(3f, 0f, 0f, 5f, 0.3132617f)]
    [DataRow(1f, 1f, 2f, 2f, 0.6931472f)]
    public void InfoNce_TwoRows_IsTheFormulaByHand(float a, float b, float c, float d, float expected)
    {
        Tensor rows = tensor(new[] { a, b, c, d }, [2, 2]);

        Assert.AreEqual(expected, InformationBottleneck.InfoNce(rows, rows * 2, 1).item<float>(), 1e-6f);
    }

    /// <summary>(4 + e − 1 − 1)/2 for μ = 2 and ln σ² = 1.</summary>
    [TestMethod]
    public void Divergence_OneNumber_IsTheFormulaByHand() => Assert.AreEqual((2 + Math.E) / 2,
        InformationBottleneck.Divergence(tensor(2f), tensor(1f)).item<float>(), 1e-5);

    /// <summary>Trunk 3, channels once and twice: noise is for training only.</summary>
    [TestMethod]
    public void Forward_Scoring_IsTheMeanOfTheChannel()
    {
        MultiTaskModule module = Made.Filled("info-mtl(hidden=1)", name => name == "mean/b" ? 2 : 1);

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(3, outputs[0], 1e-5f);
        Assert.AreEqual(6, outputs[1], 1e-5f);
        module.train();
        Assert.AreNotEqual(3, module.call(tensor(new float[] { 1, 2 }, [1, 2]))[0, 0].item<float>(), 1e-3f);
    }

    /// <summary>
    /// A task's loss leaves the other's channel and the view alone; the terms train every channel and the view.
    /// </summary>
    [TestMethod]
    public void ExtraLoss_Gradient_ReachesTrunkViewAndChannels()
    {
        MultiTaskModule module = Made.Of("info-mtl(hidden=4)");
        (string[] trained, _) = Made.Gradients(module, 0);
        Assert.IsEmpty(trained.Where(n => n.EndsWith("/b", StringComparison.Ordinal) || n == "view"));
        module.zero_grad();
        module.call(randn(8, 2));
        module.ExtraLoss(zeros(2))!.backward();

        foreach (LinearBank bank in Made.Banks(module))
            for (int n = 0; n < bank.Names.Count; n++)
                Assert.IsGreaterThan(0f, bank.Weight.grad![n].abs().max().item<float>(), bank.Names[n]);
        Assert.IsTrue(module.get_parameter("heads.0.weight")!.grad is not { } head
            || head.abs().max().item<float>() == 0);
    }
}
