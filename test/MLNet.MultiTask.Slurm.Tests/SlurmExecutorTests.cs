namespace MLNet.MultiTask.Tests;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class SlurmExecutorTests
{
    [TestMethod]
    public void Run_AsJobs_ComesToTheBitsOfOneProcess()
    {
        using var folder = new Folder();
        var slurm = new FakeSlurm(folder["bin"]);
        SweepOptions options = TestSweep.Options(4, 3);
        SweepResult here = GroupingSweep.Run(TestSweep.Table, options);
        CollectionAssert.AreEqual(TestSweep.Lines(here), TestSweep.Lines(Run(folder, slurm, options)));
        int submitted = slurm.States.Length;
        Assert.AreEqual(here.GroupsTrained, submitted);
        // Again: everything is known, and the models of the first fold are files.
        string[] firstFold = TestSweep.Lines(GroupingSweep.Run(TestSweep.Table, options with { Refit = false }));
        CollectionAssert.AreEqual(firstFold, TestSweep.Lines(Run(folder, slurm, options with { Refit = false })));
        Assert.HasCount(submitted, slurm.States);
        // Several trials of one moment are one array, and nothing is left of those that ended well.
        Assert.IsLessThan(submitted, slurm.Calls.Count(c => c.StartsWith("sbatch", StringComparison.Ordinal)));
        Assert.IsEmpty(Directory.GetFiles(folder["shared"], "*.log", SearchOption.AllDirectories));
        Assert.IsEmpty(Directory.GetFiles(folder["shared"], "*.job", SearchOption.AllDirectories));
        Assert.IsEmpty(Directory.GetFiles(folder["shared"], "*.part", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void Run_ExceptionOnEveryTry_FailsTheTrialAsInOneProcess()
    {
        using var folder = new Folder();
        var slurm = new FakeSlurm(folder["bin"]);
        SweepOptions options = TestSweep.Options(3, 3, "-2");
        string[] expected = TestSweep.Lines(GroupingSweep.Run(TestSweep.Table, options));
        List<string> log = [];
        CollectionAssert.AreEqual(expected, TestSweep.Lines(Run(folder, slurm, options, o => o with
        {
            Learners = "-2", Log = log.Add,
        })));
        Assert.HasCount(3, log.Where(l => l.EndsWith("(try 1 of 3)", StringComparison.Ordinal)
            || l.EndsWith("(try 2 of 3)", StringComparison.Ordinal)
            || l.EndsWith("(try 3 of 3)", StringComparison.Ordinal)));
        StringAssert.Contains(log[0], "InvalidOperationException: Task 2 is not to be trained alone");
    }

    [TestMethod]
    public void Run_JobsLostAndControllerAway_LeavesTheBitsAlone()
    {
        using var folder = new Folder();
        var slurm = new FakeSlurm(folder["bin"]);
        SweepOptions options = TestSweep.Options(3, 2);
        string[] expected = TestSweep.Lines(GroupingSweep.Run(TestSweep.Table, options));
        slurm.Set("lose", "2");
        List<string> log = [];
        SweepResult result = Run(folder, slurm, options with
        {
            Progress = new Teller(() =>
            {
                slurm.Set("down");
                Task.Delay(700).ContinueWith(_ => slurm.Remove("down"), TaskScheduler.Default);
            }),
        }, o => o with { Log = log.Add });
        CollectionAssert.AreEqual(expected, TestSweep.Lines(result));
        Assert.HasCount(2, log.Where(l => l.Contains("ended as NODE_FAIL without a result", StringComparison.Ordinal)));
        Assert.IsTrue(
            log.Any(l => l.Contains("squeue: error: Unable to contact slurm controller", StringComparison.Ordinal)
            || l.Contains("sbatch: error: Unable to contact slurm controller", StringComparison.Ordinal)),
            string.Join('\n', log));
    }

    [TestMethod]
    public void Run_ProgramThatIsMissing_IsSaidInItsOwnWords()
    {
        using var folder = new Folder();
        var slurm = new FakeSlurm(folder["bin"]);
        string message = Assert.ThrowsExactly<InvalidOperationException>(() =>
            Run(folder, slurm, TestSweep.Options(2, 2),
            o => o with { Command = ["no-such-program"], MaxTries = 1 })).Message;
        StringAssert.Contains(message, "ended as FAILED without a result: ");
        StringAssert.Contains(message, "no-such-program");
    }

    [TestMethod]
    public void Run_OtherLearners_EndsTheSweepWithTheReason()
    {
        using var folder = new Folder();
        var slurm = new FakeSlurm(folder["bin"]);
        StringAssert.Contains(
            Assert.ThrowsExactly<TrialExecutorException>(() => Run(folder, slurm, TestSweep.Options(2, 2),
            o => o with { Learners = "7" })).Message, "This worker's learner 'network' is 'slow ");
    }

    [TestMethod]
    public void Run_Cancelled_CancelsItsJobsAndStartsAgain()
    {
        using var folder = new Folder();
        var slurm = new FakeSlurm(folder["bin"]);
        SweepOptions options = TestSweep.Options(2, 2, "60000");
        using var stop = new CancellationTokenSource();
        Task sweep = Task.Run(() => Run(folder, slurm, options, o => o with { Learners = "60000" }, stop.Token));
        Wait.Until(() => slurm.States.Contains("RUNNING"), 60);
        using (var second = Executor(folder, slurm, o => o with { Learners = "60000" }))
            StringAssert.StartsWith(
                Assert.ThrowsExactly<TrialExecutorException>(() => GroupingSweep.Run(TestSweep.Table,
                options with { Executor = second })).Message, "The sweep is run by ");
        stop.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => sweep.GetAwaiter().GetResult());
        Assert.IsTrue(slurm.States.All(s => s == "CANCELLED"), string.Join(' ', slurm.States));
    }

    [TestMethod]
    public void Constructor_NoSlurmOrPartition_IsSaidInOneSentence()
    {
        using var folder = new Folder();
        var slurm = new FakeSlurm(folder["bin"]);
        Assert.AreEqual("The cluster has no partition 'huge'; it has short, long",
            Refused(o => o with { Partition = "huge" }));
        StringAssert.StartsWith(Refused(o => o with { CommandFolder = folder.Path }),
            "Slurm's command sinfo is not in '");
        slurm.Set("down");
        Assert.AreEqual("sinfo: sinfo: error: Unable to contact slurm controller", Refused(o => o));

        string Refused(Func<SlurmExecutorOptions, SlurmExecutorOptions> change) =>
            Assert.ThrowsExactly<TrialExecutorException>(() => Executor(folder, slurm, change)).Message;
    }

    [TestMethod]
    public void Run_JobsRefusedForLong_EndsTheSweep()
    {
        using var folder = new Folder();
        var slurm = new FakeSlurm(folder["bin"]);
        slurm.Set("broken");
        StringAssert.EndsWith(
            Assert.ThrowsExactly<TrialExecutorException>(() => Run(folder, slurm, TestSweep.Options(2, 2),
            o => o with { Patience = TimeSpan.FromMilliseconds(300) })).Message,
            "Batch job submission failed: Invalid account");
    }

    [TestMethod]
    public void Options_OutOfRange_AreNamedTogether() =>
        Assert.AreEqual("Trials cannot become jobs of Slurm: Folder is " +
        "empty, a folder that all nodes see is expected; Command is empty, a program is expected; Partition is " +
        "'a,b', one " +
        "name or null is expected; Cores is 0, at least 1 is expected; MaxTries is 0, at least 1 is expected; " +
        "CheckInterval is 00:00:00, a positive time is expected; Patience is 00:00:00, a positive time is expected",
        Assert.ThrowsExactly<ArgumentException>(() => new SlurmExecutor(new SlurmExecutorOptions
        {
            Folder = "", Command = [], Partition = "a,b", Cores = 0, MaxTries = 0, CheckInterval = TimeSpan.Zero,
            Patience = TimeSpan.Zero,
        })).Message);

    private static SweepResult Run(Folder folder, FakeSlurm slurm, SweepOptions options,
        Func<SlurmExecutorOptions, SlurmExecutorOptions>? change = null, CancellationToken cancellationToken = default)
    {
        using SlurmExecutor executor = Executor(folder, slurm, change);
        return GroupingSweep.Run(TestSweep.Table, options with { Executor = executor }, cancellationToken);
    }

    private static SlurmExecutor Executor(Folder folder, FakeSlurm slurm,
        Func<SlurmExecutorOptions, SlurmExecutorOptions>? change = null)
    {
        var options = new SlurmExecutorOptions
        {
            Folder = folder["shared"], Command = Folder.Program, Partition = "long", CommandFolder = slurm.Path,
            Learners = "0", CheckInterval = TimeSpan.FromMilliseconds(200),
        };
        return new SlurmExecutor(change?.Invoke(options) ?? options);
    }

    private sealed class Teller(Action told) : IProgress<SweepProgress>
    {
        private int _told;

        public void Report(SweepProgress value)
        {
            if (Interlocked.Exchange(ref _told, 1) == 0)
                told();
        }
    }
}
