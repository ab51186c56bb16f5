using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class SaliencyRegularizationTests : TorchTests
{
    /// <summary>
    /// Losses are linear, so saliencies are the heads' coefficients (1, 1) and (3, 3) for every row: shares ¼ and ¾,
    /// entropy 0.562335; all directions are alike, so the alignment over four rows is ln 4.
    /// </summary>
    [TestMethod]
    public void ExtraLoss_LinearLosses_IsTheFormulaByHand()
    {
        MultiTaskModule module = Made.Filled("rep-mtl(hidden=2; entropy=0.5; alignment=2)",
            name => name.StartsWith("heads.1", StringComparison.Ordinal) ? 3 : 1, Made.Binary(2));
        Tensor outputs = module.call(tensor(new float[] { 1, 2, 2, 1, 1, 1, 3, 1 }, [4, 2]));

        Assert.AreEqual(0.5 * 0.562335 + 2 * Math.Log(4), module.ExtraLoss(outputs.mean([0L]))!.item<float>(), 1e-5);
    }

    /// <summary>
    /// Against differences: the terms as functions of given saliencies, and a cell without a label left out.
    /// </summary>
    [TestMethod]
    public void Alignment_RowsApart_IsTheFormulaWrittenOut()
    {
        double[][][] s = [[[1, 0.5], [-0.2, 2], [0.3, 0.1]], [[0.8, -0.5], [0.4, 1], [0, 0]]];
        const double temperature = 0.5;
        double Cosine(double[] a, double[] b) => (a[0] * b[0] + a[1] * b[1])
            / Math.Sqrt((a[0] * a[0] + a[1] * a[1]) * (b[0] * b[0] + b[1] * b[1]));
        double sum = 0;
        int count = 0;
        for (int t = 0; t < 2; t++)
            for (int b = 0; b < (t == 0 ? 3 : 2); b++, count++)
            {
                double[] anchor = [(s[0][b][0] + s[1][b][0]) / 2, (s[0][b][1] + s[1][b][1]) / 2];
                double[] logits = [.. s[t].Take(t == 0 ? 3 : 2).Select(o => Math.Exp(Cosine(anchor, o) / temperature))];
                sum -= Math.Log(logits[b] / logits.Sum());
            }
        Tensor saliencies = tensor([.. s.SelectMany(t => t.SelectMany(r => r.Select(v => (float)v)))], [2, 3, 2]);

        Assert.AreEqual(sum / count,
            SaliencyRegularization.Alignment(saliencies, (float)temperature).item<float>(), 1e-5);
    }

    /// <summary>
    /// The terms train the other tasks' heads and the trunk through second derivatives: finite differences.
    /// </summary>
    [TestMethod]
    public void ExtraLoss_Gradient_IsThatOfFiniteDifferences()
    {
        MultiTaskModule module = Made.Of("rep-mtl(hidden=3; temperature=0.7)", Made.Binary(2));
        manual_seed(1);
        Tensor rows = randn(6, 2), labels = randn(6, 2);
        Tensor Extra() => module.ExtraLoss((module.call(rows) - labels).square().mean([0L]))!;
        Extra().backward();
        foreach (string name in (string[])["trunk.layer0.weight", "heads.1.weight"])
        {
            Tensor parameter = module.get_parameter(name)!;
            float gradient = parameter.grad!.flatten()[1].item<float>();
            float At(float step)
            {
                using (no_grad())
                    parameter.flatten()[1].add_(step);
                float value = Extra().item<float>();
                using (no_grad())
                    parameter.flatten()[1].add_(-step);
                return value;
            }
            const float h = 3e-3f;

            Assert.AreEqual((At(h) - At(-h)) / (2 * h), gradient, 0.02f * Math.Max(0.1f, Math.Abs(gradient)), name);
        }
    }
}
