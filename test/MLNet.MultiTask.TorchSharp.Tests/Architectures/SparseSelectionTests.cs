using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class SparseSelectionTests : TorchTests
{
    /// <summary>S(¼) = −2/64 + 3/8 + ½ = 27/32; experts 3 and 6 with codes 0 and 1: 5/32·3 + 27/32·6.</summary>
    [TestMethod]
    public void Represent_OneBit_IsTheFormulaByHand()
    {
        MultiTaskModule module = Made.Filled("dselect-k(experts=2; k=1; hidden=1)", name => name switch
        {
            "expert/0/0" => 1, "expert/1/0" => 2, _ => name.StartsWith("heads.", StringComparison.Ordinal) ? 1 : 0,
        });
        Made.Set(Made.Map(module, "code/a/0").Bias!, 0.25f);

        float[] outputs = Made.Outputs(module);

        Assert.AreEqual(177f / 32, outputs[0], 1e-5f);
        Assert.AreEqual(4.5f, outputs[1], 1e-5f);
    }

    /// <summary>Outside the step at most k of the experts have a weight, and weights sum to 1 everywhere.</summary>
    [TestMethod]
    public void SmoothStep_OutsideTheStep_IsExactlyZeroAndOne()
    {
        float[] values = SparseSelection.SmoothStep(tensor(new[] { -3f, -1, 0, 1, 3 }), 2).data<float>().ToArray();

        CollectionAssert.AreEqual(new float[] { 0, 0, 0.5f, 1, 1 }, values);
    }

    /// <summary>Two codes of ½ each: entropy ln 2, times the setting.</summary>
    [TestMethod]
    public void ExtraLoss_EvenCodes_IsTheirEntropy()
    {
        MultiTaskModule module = Made.Filled("dselect-k(experts=2; k=1; hidden=1; entropy=0.1)", _ => 0);
        module.call(tensor(new float[] { 1, 2 }, [1, 2]));

        Assert.AreEqual(0.1 * Math.Log(2), module.ExtraLoss(zeros(2))!.item<float>(), 1e-6);
    }
}
