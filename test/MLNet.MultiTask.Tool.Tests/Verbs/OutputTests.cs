namespace MLNet.MultiTask.Tool.Tests.Verbs;

/// <summary>Nothing that the user has is lost to an output, and no output is lost at the end.</summary>
[TestClass]
public sealed class OutputTests
{
    private static readonly string[] s_training =
        [.. SmallData.Labels, .. SmallData.Quick, "--grouping", "all"];

    [TestMethod]
    [DataRow("train --data d.csv TRAINING --out d.csv", "--out and --data name the same file")]
    [DataRow("train --data d.csv TRAINING --json link.csv", "--json and --data name the same file")]
    [DataRow("train --data d.csv TRAINING --out sub/../m --json m", "--out and --json name the same file")]
    [DataRow("train --data d.csv TRAINING --out sub/m --json linked/m", "--out and --json name the same file")]
    [DataRow("train --data link.csv TRAINING --json d.csv", "--json and --data name the same file")]
    [DataRow("train --data d.csv TRAINING --card d.csv", "--card and --data name the same file")]
    [DataRow("train --data d.csv TRAINING --out sub/m --card linked/m", "--out and --card name the same file")]
    [DataRow("train --data d.csv TRAINING --json m --card m", "--json and --card name the same file")]
    [DataRow("train --manifest m.json --name a --grouping all --json m.json",
        "--json and --manifest name the same file")]
    [DataRow("train --manifest m.json --name a --grouping all --out d.csv",
        "--out and the file of --name name the same")]
    [DataRow("affinity --data d.csv TRAINED --csv d.csv", "--csv and --data name the same file")]
    [DataRow("affinity --data d.csv TRAINED --csv a --svg a", "--csv and --svg name the same file")]
    [DataRow("group --affinity a.csv --json a.csv", "--json and --affinity name the same file")]
    [DataRow("group --method selection --networks a.csv --budget 1 --json link-a.csv",
        "--json and --networks name the")]
    [DataRow("predict --model m.mtsk --data d.csv --out m.mtsk", "--out and --model name the same file")]
    [DataRow("predict --model m.mtsk --data d.csv --out d.csv", "--out and --data name the same file")]
    [DataRow("predict --model m.mtsk --data d.csv --json link.csv", "--json and --data name the same file")]
    [DataRow("evaluate --model m.mtsk --data d.csv --json m.mtsk", "--json and --model name the same file")]
    public async Task AnyVerb_OutputThatIsAlsoAnotherFile_IsRefusedBeforeAnythingRuns(string line, string message)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        folder.Write("a.csv", "a,b", "0,1", "1,0");
        folder.Write("m.json", """[{"name":"a","file":"d.csv","tasks":[{"column":"buys","kind":"binary"}]}]""");
        Directory.CreateDirectory(folder["sub"]);
        Directory.CreateSymbolicLink(folder["linked"], folder["sub"]);
        File.CreateSymbolicLink(folder["link.csv"], "d.csv");
        File.CreateSymbolicLink(folder["link-a.csv"], folder["a.csv"]);
        (await ToolRun.Of(["train", "--data", file, .. s_training, "--out", folder["m.mtsk"]])).AssertOk();
        Dictionary<string, byte[]> before = folder.Files.ToDictionary(f => f, f => File.ReadAllBytes(folder[f]));

        bool isFile = false;
        string[] args = [.. line.Split(' ').SelectMany(a =>
        {
            bool path = isFile;
            isFile = a is "--data" or "--out" or "--json" or "--manifest" or "--affinity" or "--networks" or "--model"
                or "--csv" or "--svg" or "--card";
            return a == "TRAINING" ? s_training : a == "TRAINED" ? [.. SmallData.Labels, .. SmallData.Quick]
                : path ? [folder[a]] : new[] { a };
        })];
        (await ToolRun.Of(args)).AssertBadInput(message);

        CollectionAssert.AreEqual(before.Keys.ToArray(), folder.Files);
        foreach ((string name, byte[] content) in before)
            CollectionAssert.AreEqual(content, File.ReadAllBytes(folder[name]), name);
    }

    [TestMethod]
    public async Task Train_OutputNameTooLong_IsFoundBeforeTheDataAreRead()
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of(["train", "--data", folder["missing.csv"], "--label", "a", "--kind", "binary",
            "--out", folder[new string('m', 300)]])).AssertBadInput("Cannot write");
        (await ToolRun.Of(["train", "--data", folder.Write("d.csv", SmallData.Lines()), .. s_training,
            "--out", folder[new string('m', 255)]])).AssertOk();
    }

    [TestMethod]
    public async Task Train_Devices_AreWrittenToAndStay()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("only Linux tells devices apart");
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        (await ToolRun.Of(["train", "--data", file, .. s_training, "--out", "/dev/null", "--json", "/dev/null"]))
            .AssertOk();
        Assert.AreEqual(0, new FileInfo("/dev/null").Length);
        (await ToolRun.Of(["train", "--data", file, .. s_training, "--json", "/dev/full"]))
            .AssertBadInput("Cannot write '/dev/full'");
    }

    [TestMethod]
    public async Task Train_TerminalThatTakesNothing_IsFoundBeforeTraining()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        using var error = new StringWriter();
        int code = await ToolApplication.RunAsync(["train", "--data", file, .. s_training, "--out", folder["m.mtsk"]],
            new FailingWriter(0), error);
        Assert.AreEqual(ExitCode.BadInput, code);
        Assert.AreEqual("Cannot write to the standard output: no space left\n", error.ToString());
        CollectionAssert.AreEqual(new[] { "d.csv" }, folder.Files);
    }

    [TestMethod]
    public async Task Train_TerminalThatFailsAtTheEnd_KeepsTheFiles()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines());
        using var error = new StringWriter();
        int code = await ToolApplication.RunAsync(["train", "--data", file, .. s_training, "--out", folder["m.mtsk"],
            "--json", folder["r.json"]], new FailingWriter(1), error);
        Assert.AreEqual(ExitCode.BadInput, code);
        (await ToolRun.Of("predict", "--model", folder["m.mtsk"], "--data", file)).AssertOk();
        CollectionAssert.AreEqual(new[] { "d.csv", "m.mtsk", "r.json" }, folder.Files);
    }

    [TestMethod]
    [DataRow("train --data"), DataRow("train --data d.csv --label"), DataRow("train --out"), DataRow("train --json")]
    [DataRow("train --manifest"), DataRow("train --checkpoint"), DataRow("train --weight"), DataRow("train --hidden")]
    [DataRow("group --affinity"), DataRow("group --groups"), DataRow("predict --data x --model"),
        DataRow("train --name")]
    [DataRow("evaluate --model x --label-pattern"), DataRow("affinity --csv"), DataRow("train --grouping")]
    [DataRow("train --encoding"), DataRow("affinity --stage"), DataRow("train --task-id")]
    public async Task AnyVerb_EmptyValue_IsBadInput(string line)
    {
        ToolRun run = await ToolRun.Of([.. line.Split(' '), ""]);
        run.AssertBadInput($"{line.Split(' ')[^1]} is given an empty value.");
    }

    [TestMethod]
    [DataRow("""{"tasks":["a",null],"affinity":[[0,1],[1,0]]}""")]
    [DataRow("""{"tasks":["a","b"],"affinity":[[0,1],null]}""")]
    [DataRow("null"), DataRow("[1]"), DataRow("""{"tasks":["a"],"affinity":[[null]]}""")]
    public async Task Group_NullsInAnAffinity_AreBadInput(string json)
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of("group", "--affinity", folder.Write("a.json", json)))
            .AssertBadInput($"'{folder["a.json"]}' is not an affinity matrix");
    }

    [TestMethod]
    [DataRow("[null]"), DataRow("""[{"name":null}]"""), DataRow("""[{"name":"a","file":"d","tasks":[null]}]""")]
    [DataRow("""[{"name":"a","file":"d","tasks":[{"column":null,"kind":"binary"}]}]"""), DataRow("""[{}]""")]
    public async Task Train_NullsInAManifest_AreBadInput(string json)
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of("train", "--manifest", folder.Write("m.json", json), "--name", "a"))
            .AssertBadInput($"'{folder["m.json"]}'");
    }

    [TestMethod]
    [DataRow("group --affinity a.csv --method branch-and-bound --time-limit 1e300", "--time-limit is 1E+300")]
    [DataRow("affinity --data d.csv --label buys spends --kind regression --bases 2000000000", "--bases is 2000000000")]
    public async Task AnyVerb_AbsurdNumber_IsBadInput(string line, string message)
    {
        using var folder = new TemporaryFolder();
        folder.Write("d.csv", SmallData.Lines());
        folder.Write("a.csv", "a,b", "0,1", "1,0");
        (await ToolRun.Of(
            [.. line.Split(' ').Select(a => a.EndsWith(".csv", StringComparison.Ordinal) ? folder[a] : a)]))
            .AssertBadInput(message);
    }

    /// <summary>Takes some lines, then nothing more.</summary>
    private sealed class FailingWriter(int lines) : StringWriter
    {
        private int _left = lines;

        public override void Write(char value) => Fail();

        public override void Write(char[] buffer, int index, int count) => Fail();

        public override void Write(string? value) => Fail();

        public override void WriteLine(string? value)
        {
            if (_left-- <= 0)
                Fail();
        }

        private static void Fail() => throw new IOException("no space left");
    }
}
