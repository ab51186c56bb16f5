namespace MLNet.MultiTask.Torch.Tests.Merging;

[TestClass]
public sealed class MergingProbeTests : TorchTests
{
    /// <summary>Along a random direction the derivative is ⟨gradient, direction⟩.</summary>
    [TestMethod]
    [DataRow(0, false)]
    [DataRow(1, false)]
    [DataRow(2, false)]
    [DataRow(0, true)]
    [DataRow(1, true)]
    public void Evaluate_Gradient_IsTheFiniteDifference(int task, bool entropy)
    {
        MergingProblem problem = Experts.Problem(Experts.Train());
        ProbeObjective objective = entropy ? ProbeObjective.Entropy : ProbeObjective.Loss;
        int[] rows = problem.Data.Labelled(task);
        var stream = new RandomStream(2, "direction");
        float[] direction = [.. problem.Initial.Select(_ => (float)stream.NextNormal())];
        var gradient = new float[direction.Length];
        problem.Probe.Evaluate(problem.Experts[task], task, rows, objective, gradient);
        double At(double step) => problem.Probe.Evaluate(
            [.. problem.Experts[task].Select((x, i) => (float)(x + step * direction[i]))], task, rows, objective, []);

        Assert.AreEqual((At(5e-4) - At(-5e-4)) / 1e-3, SelfPositioning.Dot(gradient, direction), 4e-3);
    }

    /// <summary>
    /// ln K where all classes are equally likely: heads and trunk of zeros give logits of equal biases.
    /// </summary>
    [TestMethod]
    public void Evaluate_EntropyOfConstantLogits_IsThatOfTheHeadsBias()
    {
        MergingProblem problem = Experts.Problem(Experts.Train());
        using TorchSharp.torch.Tensor bias = problem.Modules.Modules[0].state_dict()["heads.0.bias"].detach();
        double p = 1 / (1 + Math.Exp(-bias[0].item<float>()));

        Assert.AreEqual(-p * Math.Log(p) - (1 - p) * Math.Log(1 - p),
            problem.Probe.Evaluate(new float[problem.Initial.Length], 0, [0, 1, 2], ProbeObjective.Entropy, []), 1e-6);
    }
}
