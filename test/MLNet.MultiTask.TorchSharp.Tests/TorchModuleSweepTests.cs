namespace MLNet.MultiTask.Torch.Tests;

[TestClass]
public sealed class TorchModuleSweepTests : TorchTests
{
    private static readonly TorchModuleOptions Module = new()
    {
        Architecture = "mlp(hidden=4)", Training = TestModules.Training with { MaxEpochs = 2 },
    };

    [TestMethod]
    public void Learner_WithoutArchitectures_HasAllOfTheLibrary() => CollectionAssert.AreEqual(
        (string[])["mlp(hidden=4)", .. BuiltInArchitectures.All.Keys],
        TorchModuleSweep.Learner(Module).Settings.Single().Values.ToArray());

    /// <summary>Groupings and architectures are searched together, and the best is trained on all.</summary>
    [TestMethod]
    public void Run_TwoArchitectures_TriesBothAndTheChoiceIsSaved()
    {
        SweepResult result = GroupingSweep.Run(Problems.Mixed(160), new SweepOptions
        {
            Learners = [TorchModuleSweep.Learner(Module, ["mmoe(experts=2; hidden=4)"])],
            MaxTrials = 4, Folds = 2, Threads = 1, Confirm = false,
        });
        using var file = new MemoryStream();
        Persistence.ModelFile.Save(new Persistence.SavedModel(result.Model!), file);

        Assert.IsNotEmpty(result.Trials.Where(t => t.Point.Settings["architecture"] == "mmoe(experts=2;hidden=4)"));
        Assert.IsNotEmpty(result.Trials.Where(t => t.Point.Settings["architecture"] == "mlp(hidden=4)"));
        Assert.IsGreaterThan(0, file.Length);
    }

    [TestMethod]
    [DataRow("nothing", "No architecture 'nothing' is registered")]
    [DataRow("mmoe(experts", "'mmoe(experts' has no closing parenthesis")]
    public void Learner_ArchitectureThatIsNone_IsRefused(string architecture, string expected) =>
        StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentException>(() => TorchModuleSweep.Learner(Module, [architecture])).Message,
        expected);

    [TestMethod]
    public void Learner_ModuleWithoutAName_IsRefused() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentException>(() => TorchModuleSweep.Learner(new() { Create = c => null! })).Message,
        "A sweep names what it tries");
}
