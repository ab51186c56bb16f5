using MLNet.MultiTask.Distribution;

namespace MLNet.MultiTask.Tests;

[TestClass]
public sealed class SlurmTrialTests
{
    [TestMethod]
    public void Run_Twice_TrainsOnce()
    {
        using var folder = new Folder();
        (string trial, string result) = Prepare(folder);
        Assert.IsNull(SlurmTrial.Run(trial, result, TestSweep.Learners));
        string first = File.ReadAllText(result);
        Assert.IsTrue(File.Exists(result + ".mtsk"));
        Assert.IsNull(SlurmTrial.Run(trial, result, _ => throw new InvalidOperationException("Trained again")));
        Assert.AreEqual(first, File.ReadAllText(result));
    }

    [TestMethod]
    public void Run_DataDamaged_IsRefusedBesideTheResult()
    {
        using var folder = new Folder();
        (string trial, string result) = Prepare(folder);
        string data = Directory.GetFiles(folder.Path, "*.sweepdata").Single();
        byte[] bytes = File.ReadAllBytes(data);
        bytes[^9] ^= 1;
        File.WriteAllBytes(data, bytes);
        string message = Assert.ThrowsExactly<WorkerRefusedException>(() =>
            SlurmTrial.Run(trial, result, TestSweep.Learners))
            .Message;
        StringAssert.EndsWith(message, "is damaged: its SHA-256 is another one");
        Assert.AreEqual(message, File.ReadAllText(result + ".refused"));
        Assert.IsFalse(File.Exists(result));
        File.Delete(data);
        StringAssert.StartsWith(Assert.ThrowsExactly<WorkerRefusedException>(() => SlurmTrial.Run(trial, result,
            TestSweep.Learners)).Message, "The data of the sweep cannot be read from '");
    }

    [TestMethod]
    public void Run_NoTrialOrNone_IsRefused()
    {
        using var folder = new Folder();
        (string trial, string result) = Prepare(folder);
        StringAssert.StartsWith(Refused(folder["none.json"]), "There is no trial '");
        File.WriteAllText(folder["junk.json"], "{}");
        StringAssert.StartsWith(Refused(folder["junk.json"]), "A trial cannot be read: ");
        File.WriteAllText(trial,
            File.ReadAllText(trial).Replace(BuildIdentity.Text, "MLNet.MultiTask 9", StringComparison.Ordinal));
        StringAssert.StartsWith(Refused(trial), "The trial is of MLNet.MultiTask 9, this worker is MLNet.MultiTask ");

        string Refused(string file) => Assert.ThrowsExactly<WorkerRefusedException>(() =>
            SlurmTrial.Run(file, result, TestSweep.Learners)).Message;
    }

    /// <summary>A sweep whose jobs are held: its trials are files, and nothing has run.</summary>
    private static (string Trial, string Result) Prepare(Folder folder)
    {
        var slurm = new FakeSlurm(folder["bin"]);
        slurm.Set("broken");
        using (var executor = new SlurmExecutor(new SlurmExecutorOptions
        {
            Folder = folder.Path, Command = ["true"], CommandFolder = slurm.Path, Learners = "0",
            Patience = TimeSpan.FromMilliseconds(1), CheckInterval = TimeSpan.FromMilliseconds(1),
        }))
            Assert.ThrowsExactly<TrialExecutorException>(() => GroupingSweep.Run(TestSweep.Table,
                TestSweep.Options(1, 1) with { Executor = executor }));
        string trial = Directory.GetFiles(folder.Path, "*.trial.json", SearchOption.AllDirectories)[0];
        return (trial, trial.Replace(".trial.", ".result.", StringComparison.Ordinal));
    }
}
