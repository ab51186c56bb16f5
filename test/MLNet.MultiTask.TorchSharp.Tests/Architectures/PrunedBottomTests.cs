using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

[TestClass]
public sealed class PrunedBottomTests : TorchTests
{
    /// <summary>
    /// Two layers of 2 and 3 units, two tasks: max over the tasks (5, 1) and (2, 3, 4). Of three places each layer has
    /// one first, then the next best of all.
    /// </summary>
    [TestMethod]
    [DataRow(3, "10011")]
    [DataRow(2, "10001")]
    [DataRow(4, "10111")]
    [DataRow(5, "11111")]
    public void Choose_TwoTasks_KeepsWhatHurtsAnyTaskMost(int count, string expected)
    {
        bool[] kept = PrunedBottom.Choose([5, 0, 0, 3, 1, 1, 1, 2, 0, 4], 2, [2, 3], count);

        Assert.AreEqual(expected, string.Concat(kept.Select(k => k ? '1' : '0')));
    }

    /// <summary>
    /// Units 3 and 6 of coefficients 1 for a, 0 and 1 for b: |∂L_t/∂m| = (3, 6) and (0, 6) over losses 9 and 6.
    /// </summary>
    [TestMethod]
    public void ExtraLoss_FirstStep_AddsTheRelativeSensitivities()
    {
        MultiTaskModule module = Made.Of("pruned(hidden=2; keep=0.5; decay=0)", Made.Binary(2));
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.named_parameters())
            Made.Set(parameter, name switch
            {
                "trunk.0.weight" => [1, 1, 2, 2], "heads.0.weight" => [1, 1], "heads.1.weight" => [0, 1],
                _ => [.. Enumerable.Repeat(0f, (int)parameter.numel())],
            });
        module.train();
        Tensor outputs = module.call(tensor(new float[] { 1, 2 }, [1, 2]));
        module.ExtraLoss(outputs[0]);

        float[] expected = [3f / 9, 6f / 9, 0, 1], actual = module.get_buffer("sensitivities")!.data<float>().ToArray();
        for (int i = 0; i < 4; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-6f);
        // The second unit is kept, in scoring at once: 6 and 6.
        CollectionAssert.AreEqual(new float[] { 6, 6 }, Made.Outputs(module));
    }

    /// <summary>From the last choice on a unit that is gone gets nothing more.</summary>
    [TestMethod]
    public void Gradient_AfterTheChoice_ReachesTheKeptUnitsOnly()
    {
        MultiTaskModule module = Made.Of("pruned(hidden=6; keep=0.5; after=1)");
        manual_seed(2);
        Tensor rows = randn(16, 2);
        module.ExtraLoss(module.call(rows).square().mean([0L]).narrow(0, 0, 2));
        module.call(rows).square().sum().backward();
        bool[] kept = ((PrunedBottom)module).Kept;

        for (int unit = 0; unit < 6; unit++)
            Assert.AreEqual(kept[unit], module.get_parameter("heads.0.weight")!.grad![0, unit].item<float>() != 0,
                $"unit {unit}");
        Assert.AreEqual(3, kept.Count(k => k));
    }

    /// <summary>The budget holds in the model of the best epoch, and each layer has a unit left.</summary>
    [TestMethod]
    public void Fit_KeepAQuarter_ScoresWithAQuarterOfTheUnits()
    {
        TaskTable table = Problems.Mixed(300);
        var fit = new TorchModuleLearner(new()
        {
            Architecture = "pruned(hidden=16,8; keep=0.25; after=20; every=2)", Training = TestModules.Training,
        }).Fit(table, new([.. Enumerable.Range(0, 220)], [.. Enumerable.Range(220, 80)]), [0, 1, 2],
        new() { Threads = 1 });
        var module = (PrunedBottom)((TorchModuleModel)fit.Models[0].Model).Module;

        Assert.AreEqual(6, module.Kept.Count(k => k));
        Assert.IsTrue(Array.Exists(module.Kept[16..], k => k));
        Assert.IsLessThan(0.9, fit.Epochs.Min(e => e.ValidationLoss));
    }
}
