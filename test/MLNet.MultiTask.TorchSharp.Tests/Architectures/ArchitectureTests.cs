using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

/// <summary>Gradients flow where they should and nowhere else; values are those of the formula by hand.</summary>
[TestClass]
public sealed class ArchitectureTests : TorchTests
{
    private static readonly TaskInfo[] Tasks = [new("a", TaskKind.Binary), new("b", TaskKind.Multiclass, ["x", "y", "z"])];

    [TestMethod]
    [DataRow("mlp(hidden=4)", "heads.1.")]
    [DataRow("mmoe(experts=2; hidden=4)", "heads.1.", "gates.1.")]
    [DataRow("cgc(shared=1; own=1; hidden=4)", "heads.1.", "gates.1.", "own.1.")]
    [DataRow("cgc(shared=1; own=1; hidden=4; stop-gradient=yes)", "heads.1.", "gates.1.", "own.1.")]
    [DataRow("cross-stitch(hidden=4)", "heads.1.")]
    public void Gradient_OfOneTask_ReachesAllButTheOthersOwn(string architecture, params string[] others)
    {
        MultiTaskModule module = Make(architecture);

        module.call(Features).select(1, 0).sum().backward();

        foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.named_parameters())
        {
            bool none = parameter.grad is null || parameter.grad.abs().max().item<float>() == 0;
            Assert.AreEqual(others.Any(o => name.StartsWith(o, StringComparison.Ordinal)), none, name);
        }
    }

    [TestMethod]
    [DataRow("mmoe(hidden=0)", "Setting 'hidden'")]
    [DataRow("mmoe(experts=0)", "Setting 'experts' of architecture 'mmoe' is '0'; a whole number from 1 to 1024")]
    [DataRow("cgc(own=0)", "Setting 'own'")]
    [DataRow("cross-stitch(keep=2)", "Setting 'keep' of architecture 'cross-stitch' is '2'; a number from 0 to 1")]
    public void Create_SettingOutOfRange_IsRefused(string architecture, string expected) =>
        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => Make(architecture)).Message, expected);

    /// <summary>All weights 1, biases 0, x = (1, 2): experts give 3, 3; any gate mixes them to 3; a head of ones gives 3.</summary>
    [TestMethod]
    [DataRow("mmoe(experts=3; hidden=1)", 3f)]
    [DataRow("cgc(shared=1; own=1; hidden=1)", 3f)]
    // The second layer of a trunk sees 3, whatever is mixed, since rows of A sum to 1.
    [DataRow("cross-stitch(hidden=1,1; keep=0.7)", 3f)]
    public void Forward_AllWeightsOne_IsTheSumOfTheFeatures(string architecture, float expected)
    {
        MultiTaskModule module = Make(architecture);
        Fill(module, _ => 1);
        using Tensor output = module.call(tensor(new float[] { 1, 2 }, [1, 2]));

        foreach (float value in output.data<float>().ToArray())
            Assert.AreEqual(expected, value, 1e-6f);
    }

    /// <summary>Experts 3 and 6, gate logits 0 and ln 3·x₀: softmax (¼, ¾), so h = 5¼.</summary>
    [TestMethod]
    public void MultiGateExperts_TwoExperts_MixBySoftmaxOfTheGate()
    {
        MultiTaskModule module = Make("mmoe(experts=2; hidden=1)");
        Fill(module, name => name.StartsWith("experts.1.", StringComparison.Ordinal) ? 2 : name.StartsWith("experts.", StringComparison.Ordinal) || name.StartsWith("heads.", StringComparison.Ordinal) ? 1 : 0);
        using (no_grad())
            module.state_dict()["gates.0.weight"][1, 0] = tensor(MathF.Log(3));
        using Tensor output = module.call(tensor(new float[] { 1, 2 }, [1, 2]));

        Assert.AreEqual(5.25f, output[0, 0].item<float>(), 1e-5f);
        Assert.AreEqual(4.5f, output[0, 1].item<float>(), 1e-5f);
    }

    /// <summary>Trunks give 3 and 6; A keeps 0.7: 0.7·3 + 0.3·6 = 3.9 and 0.3·3 + 0.7·6 = 5.1.</summary>
    [TestMethod]
    public void CrossStitch_OneLayer_MixesTheTasksTrunks()
    {
        MultiTaskModule module = Make("cross-stitch(hidden=1; keep=0.7)");
        Fill(module, name => name.StartsWith("layer0.1.", StringComparison.Ordinal) ? 2 : 1);
        using Tensor output = module.call(tensor(new float[] { 1, 2 }, [1, 2]));

        Assert.AreEqual(3.9f, output[0, 0].item<float>(), 1e-5f);
        Assert.AreEqual(5.1f, output[0, 3].item<float>(), 1e-5f);
    }

    [TestMethod]
    [DataRow("mmoe(experts=2; hidden=6)")]
    [DataRow("cgc(shared=1; own=1; hidden=6)")]
    [DataRow("cross-stitch(hidden=6)")]
    public void Fit_NamedArchitecture_LearnsAndIsSaved(string architecture)
    {
        TaskTable table = Problems.Mixed(300);
        var split = new RowSplit([.. Enumerable.Range(0, 220)], [.. Enumerable.Range(220, 80)]);
        var learner = new TorchModuleLearner(new()
        {
            Architecture = architecture, Training = TestModules.Training with { MaxEpochs = 10, Weighting = TaskWeightings.Parse("pcgrad") },
        });
        var trained = MLNet.MultiTask.Learners.GroupedTrainer.Train(table, split, TaskGrouping.All(3), learner, new() { Threads = 1 });
        using var file = new MemoryStream();
        Persistence.ModelFile.Save(new Persistence.SavedModel(trained.Model), file);
        file.Position = 0;
        MultiTaskModel loaded = Persistence.ModelFile.Load(file).Model;

        Assert.IsLessThan(0.85, trained.Groups[0].Epochs.Min(e => e.ValidationLoss));
        CollectionAssert.AreEqual(Learners.TorchModuleLearnerTests.Scores(trained.Model.Models[0], table),
            Learners.TorchModuleLearnerTests.Scores(loaded.Models[0], table));
    }

    private static Tensor Features => tensor(new float[] { 0.5f, -1, 2, 0.3f, -0.7f, 1.5f, 1, 1 }, [4, 2]);

    private static MultiTaskModule Make(string architecture)
    {
        ModuleSource source = ModuleSource.Of(architecture);
        return ModuleBuilder.Create(source.Create, source.Text, 2, Tasks, 3);
    }

    // Biases become 0, stitches stay.
    private static void Fill(MultiTaskModule module, Func<string, float> weight)
    {
        using (no_grad())
            foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.named_parameters())
                if (!name.StartsWith("stitch", StringComparison.Ordinal))
                    parameter.fill_(name.EndsWith(".bias", StringComparison.Ordinal) ? 0 : weight(name));
    }
}
