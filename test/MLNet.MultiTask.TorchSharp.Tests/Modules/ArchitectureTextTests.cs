namespace MLNet.MultiTask.Torch.Tests.Modules;

[TestClass]
public sealed class ArchitectureTextTests
{
    [TestMethod]
    [DataRow("mlp", "mlp")]
    [DataRow(" mlp ( hidden = 64,32 ; dropout=0.1 ) ", "mlp(dropout=0.1; hidden=64,32)")]
    [DataRow("a.b-c_d()", "a.b-c_d")]
    public void Parse_Text_RoundTripsToTheCanonicalOne(string text, string canonical)
    {
        Assert.AreEqual(canonical, ArchitectureText.Parse(text).ToString());
        Assert.AreEqual(canonical, ArchitectureText.Parse(canonical).ToString());
    }

    [TestMethod]
    [DataRow("", "'' is no name of an architecture")]
    [DataRow("a b", "'a b' is no name of an architecture")]
    [DataRow("mlp(hidden=1", "'mlp(hidden=1' has no closing parenthesis")]
    [DataRow("mlp(hidden)", "'hidden' in 'mlp(hidden)' is no setting")]
    [DataRow("mlp(a=1; a=2)", "Setting 'a' is twice")]
    public void Parse_AnythingElse_IsRefusedWithTheReason(string text, string expected) => StringAssert.StartsWith(
        Assert.ThrowsExactly<FormatException>(() => ArchitectureText.Parse(text)).Message, expected);

    [TestMethod]
    [DataRow("mlp(hidden=0)", "Setting 'hidden' of architecture 'mlp' is '0'; a list of widths of at least 1")]
    [DataRow("mlp(dropout=1)", "Setting 'dropout' of architecture 'mlp' is '1'; a number from 0 to 0.99 is expected")]
    [DataRow("mlp(width=3)", "Architecture 'mlp' has no setting 'width'; it has 'dropout', 'hidden'")]
    public void Create_SettingOutOfRangeOrUnknown_IsRefused(string text, string expected)
    {
        if (TorchLibrary.Missing is { } reason)
            Assert.Inconclusive(reason);
        ModuleSource source = ModuleSource.Of(text);

        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => ModuleBuilder.Create(source.Create,
            source.Text, 3, [new TaskInfo("t", TaskKind.Binary)], 1)).Message, expected);
    }

    [TestMethod]
    public void Learner_UnknownArchitecture_NamesTheKnownOnes() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentException>(() =>
        new TorchModuleLearner(new() { Architecture = "nothing" })).Message,
        "No architecture 'nothing' is registered; known are ");

    [TestMethod]
    public void Register_NameOfTheLibrary_IsRefused() => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentException>(() => TorchArchitectures.Register("mlp", c => null!)).Message,
        "'mlp' is an architecture of this library");
}
