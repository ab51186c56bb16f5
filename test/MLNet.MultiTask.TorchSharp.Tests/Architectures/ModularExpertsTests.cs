using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class ModularExpertsTests : TorchTests
{
    /// <summary>
    /// Modules 3 and 6; the gate of a is (¼, ¾): 5¼, that of b even: 4½. Then modules once and twice with even gates:
    /// 1½ times.
    /// </summary>
    [TestMethod]
    public void Represent_TwoLevels_IsTheFormulaByHand()
    {
        MultiTaskModule module = Made.Filled("modular(levels=2; experts=2; hidden=1)", name => name switch
        {
            "level0/expert/0/0" or "level1/expert/0/0" => 1, "level0/expert/1/0" or "level1/expert/1/0" => 2,
            _ => name.StartsWith("heads.", StringComparison.Ordinal) ? 1 : 0,
        });
        Made.Set(Made.Map(module, "level0/gate/a").Weight, 0, MathF.Log(3), 0, 0);

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(7.875f, outputs[0], 1e-5f);
        Assert.AreEqual(6.75f, outputs[1], 1e-5f);
    }

    /// <summary>A module for each task tells the task: ln 2. Equal shares tell nothing.</summary>
    [TestMethod]
    [DataRow(1f, 0f, 0f, 1f, 0.6931472f)]
    [DataRow(0.3f, 0.7f, 0.3f, 0.7f, 0f)]
    // ½ Σ p ln(p/½) of (¾, ¼) and (¼, ¾): ln 2 − H(¼).
    [DataRow(0.75f, 0.25f, 0.25f, 0.75f, 0.1308120f)]
    public void MutualInformation_TwoTasks_IsTheFormulaByHand(float a0, float a1, float b0, float b1, float expected) =>
        Assert.AreEqual(expected, ModularExperts.MutualInformation(tensor(new[] { a0, a1, b0, b1 }, [1, 2, 2]))
            .item<float>(), 1e-6f);

    [TestMethod]
    public void ExtraLoss_Descended_DrawsTheTasksApart()
    {
        MultiTaskModule module = Made.Of("modular(levels=1; experts=2; hidden=2; information=1)");
        Tensor rows = ones(4, 2);
        float Extra()
        {
            module.call(rows);
            return module.ExtraLoss(zeros(2))!.item<float>();
        }
        float before = Extra();
        using TorchSharp.torch.optim.Optimizer optimizer = optim.SGD(module.parameters(), 1);
        for (int i = 0; i < 60; i++)
        {
            optimizer.zero_grad();
            module.call(rows);
            module.ExtraLoss(zeros(2))!.backward();
            optimizer.step();
        }

        Assert.IsLessThan(-0.5f, Extra());
        Assert.IsGreaterThan(-0.5f, before);
    }
}
