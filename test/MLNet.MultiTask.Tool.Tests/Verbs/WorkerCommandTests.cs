using MLNet.MultiTask.Tests;

namespace MLNet.MultiTask.Tool.Tests.Verbs;

/// <summary><c>worker</c>, and <c>sweep --workers</c> without a database.</summary>
[TestClass]
public sealed class WorkerCommandTests
{
    [TestMethod]
    [DataRow("--storage URL or --trial FILE is missing", new string[0])]
    [DataRow("--slots is 0; at least 1", new[] { "--storage", "postgres://a/b", "--slots", "0" })]
    [DataRow("--threads is 0; at least 1", new[] { "--storage", "postgres://a/b", "--threads", "0" })]
    [DataRow("--result is of one trial", new[] { "--storage", "postgres://a/b", "--result", "r.json" })]
    [DataRow("--trial needs --result FILE", new[] { "--trial", "t.json" })]
    [DataRow("--trial excludes --storage, --slots", new[] { "--trial", "t.json", "--storage", "x", "--slots", "2" })]
    [DataRow("There is no trial '", new[] { "--trial", "none/t.json", "--result", "none/r.json" })]
    public async Task Worker_BadOptions_AreNamed(string message, string[] options) =>
        (await ToolRun.Of(["worker", .. options])).AssertBadInput(message);

    [TestMethod]
    public async Task Worker_NoJobServerInstalled_SaysWhatToInstall()
    {
        using var path = new EmptyPath();
        (await ToolRun.Of("worker", "--storage", "postgres://a/b")).AssertBadInput("--storage needs the program " +
            "mlnet-multitask-hangfire, which is not installed: dotnet tool install --global " +
            "MLNet.MultiTask.Hangfire.Tool");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task Sweep_JobsOfACluster_FindTheModelOfOneProcess()
    {
        using var folder = new TemporaryFolder();
        using var path = new PathWith(new FakeSlurm(folder["bin"]).Path);
        string file = folder.Write("d.csv", SmallData.Lines());
        string[] line = ["sweep", "--data", file, .. SmallData.Labels, .. SmallData.Quick, "--trials", "2",
            "--folds", "2",
            "--method", "none", "--outstanding", "2"];
        (await ToolRun.Of([.. line, "--out", folder["here"]])).AssertOk();
        ToolRun jobs = await ToolRun.Of([.. line, "--out", folder["jobs"], "--workers", "slurm:long"]);
        jobs.AssertOk();
        CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(folder["here"], "model.mtsk")),
            File.ReadAllBytes(Path.Combine(folder["jobs"], "model.mtsk")));
        Assert.IsNotEmpty(Directory.GetFiles(Path.Combine(folder["jobs"], "trials"), "*.result.json",
            SearchOption.AllDirectories));
        (await ToolRun.Of([.. line, "--out", folder["huge"], "--workers", "slurm:huge"]))
            .AssertBadInput("The cluster has no partition 'huge'; it has short, long.");
    }

    /// <summary>The folder before all others on the PATH of this process and its children.</summary>
    private sealed class PathWith : IDisposable
    {
        private readonly string? _before = Environment.GetEnvironmentVariable("PATH");

        public PathWith(string folder) => Environment.SetEnvironmentVariable("PATH", $"{folder}:{_before}");

        public void Dispose() => Environment.SetEnvironmentVariable("PATH", _before);
    }

    private sealed class EmptyPath : IDisposable
    {
        private readonly string? _before = Environment.GetEnvironmentVariable("PATH");

        public EmptyPath() => Environment.SetEnvironmentVariable("PATH", "");

        public void Dispose() => Environment.SetEnvironmentVariable("PATH", _before);
    }
}
