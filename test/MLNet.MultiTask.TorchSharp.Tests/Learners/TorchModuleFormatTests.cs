using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Learners;

[TestClass]
public sealed class TorchModuleFormatTests : TorchTests
{
    private static readonly RowSplit Split = new([.. Enumerable.Range(0, 100)], []);
    private static readonly TaskTable Table = Problems.Mixed(120);

    [TestMethod]
    public void SaveAndLoad_NamedModuleWithBuffers_ScoresTheSameBits()
    {
        MultiTaskModel model = Trained("format-a", () => TestModules.Trunk());
        using MemoryStream file = Saved(model);

        MultiTaskModel loaded = ModelFile.Load(file).Model;

        CollectionAssert.AreEqual(Scores(model), Scores(loaded));
        CollectionAssert.AreEqual(Scores(model), Scores(loaded), "scoring changes nothing");
    }

    [TestMethod]
    public void Save_ModuleWithoutName_IsRefused()
    {
        MultiTaskModel model = Trained(TestModules.Learner(c => new SharedTrunk(c, TestModules.Trunk()),
            TestModules.Training with { MaxEpochs = 1 }));

        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => Saved(model)).Message,
            "A TorchSharp module without a name cannot be saved");
    }

    [TestMethod]
    public void Load_NameThatStandsForAnotherModule_NamesTheFirstTensor()
    {
        using MemoryStream file = Saved(Trained("format-b", () => nn.Linear(5, 4)));
        TorchArchitectures.Register("format-b", () => nn.Linear(5, 6));

        StringAssert.Contains(Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(file)).Message,
            "has other tensors than the one registered here: the file has 'trunk.weight' of 4×5");
    }

    [TestMethod]
    public void Load_UnknownName_SaysHowToRegisterIt()
    {
        MultiTaskModel model = Trained("format-c", () => nn.Linear(5, 4));
        var source = ModuleSource.Of("format-c") with { Text = ArchitectureText.Parse("format-x") };
        var models = model.Models.Cast<TorchModuleModel>()
            .Select(m => (IGroupModel)new TorchModuleModel(source, m.Module,
            Flat(m), m.FeatureCount, m.TargetMeans, m.TargetScales));
        using MemoryStream file = Saved(new MultiTaskModel(model.Tasks, model.Grouping, [.. models]));

        StringAssert.Contains(Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(file)).Message,
            "No architecture 'format-x' is registered");
    }

    [TestMethod]
    public void Load_OneByteOfTheStateChanged_IsRefused()
    {
        byte[] bytes = Saved(Trained("format-d", () => nn.Linear(5, 4))).ToArray();
        bytes[^60] ^= 1;

        Assert.ThrowsExactly<ModelFormatException>(() => ModelFile.Load(new MemoryStream(bytes)));
    }

    private static MultiTaskModel Trained(string name, Func<nn.Module<Tensor, Tensor>> trunk)
    {
        TorchArchitectures.Register(name, trunk);
        return Trained(new TorchModuleLearner(new()
        {
            Architecture = name, Training = TestModules.Training with { MaxEpochs = 2 },
        }));
    }

    private static MultiTaskModel Trained(IGroupLearner learner) => GroupedTrainer.Train(Table, Split,
        TaskGrouping.Parse("0,1|2"), learner, new LearnerRun { Threads = 1 }).Model;

    private static MemoryStream Saved(MultiTaskModel model)
    {
        var stream = new MemoryStream();
        ModelFile.Save(new SavedModel(model), stream);
        stream.Position = 0;
        return stream;
    }

    private static float[] Flat(TorchModuleModel model)
    {
        var flat = new float[model.Layout.Length];
        model.Layout.Export(flat);
        return flat;
    }

    private static float[] Scores(MultiTaskModel model)
    {
        var scores = new float[Table.RowCount * model.OutputCount];
        model.Score(Table.Features.ToArray(), Table.RowCount, scores);
        return scores;
    }
}
