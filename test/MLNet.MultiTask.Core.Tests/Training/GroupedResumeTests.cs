using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

/// <summary>Training of several groups that is interrupted and goes on.</summary>
[TestClass]
public sealed class GroupedResumeTests
{
    private static readonly TrainingOptions Options =
        new() { Hidden = [8], MaxEpochs = 12, BatchSize = 32, Dropout = 0.1f, EarlyStopping = EarlyStopping.PerTask };
    private static readonly TaskGrouping Grouping = TaskGrouping.Parse("0,(1)|1|2");
    private readonly string _folder = Directory.CreateTempSubdirectory("checkpoints-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Train_InterruptedAgainAndAgain_GivesTheBitsOfUninterruptedTraining(int threads)
    {
        TaskTable table = Problems.Mixed();
        MultiTaskModel expected = Train(table, Options with { Threads = threads }, null).Model;
        int interruptions = 0;
        GroupedTrainingResult? result = null;
        while (result is null)
        {
            using var source = new CancellationTokenSource();
            // A counter that any thread may step: every attempt gets a few checkpoints further.
            int left = 9;
            var store = new WatchedStore(new CheckpointFolder(_folder, resume: true, steps: 4), _ =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                    source.Cancel();
            });
            try
            {
                result = Train(table, Options with { Threads = threads }, store, source.Token);
            }
            catch (OperationCanceledException)
            {
                interruptions++;
            }
        }
        Assert.IsGreaterThan(2, interruptions);
        Assert.AreEqual(expected.Grouping, result.Model.Grouping);
        for (int g = 0; g < expected.Models.Count; g++)
            CollectionAssert.AreEqual(expected.Models[g].Network().Parameters,
                result.Model.Models[g].Network().Parameters);
    }

    [TestMethod]
    public void Train_FinishedNetworks_AreNotTrainedAgain()
    {
        TaskTable table = Problems.Mixed();
        MultiTaskModel expected = Train(table, Options, new CheckpointFolder(_folder, resume: false)).Model;
        int writes = 0;
        var store = new WatchedStore(new CheckpointFolder(_folder, resume: true), _ => writes++);
        MultiTaskModel again = Train(table, Options, store).Model;
        Assert.AreEqual(0, writes);
        CollectionAssert.AreEqual(expected.Models[0].Network().Parameters, again.Models[0].Network().Parameters);
        // Another grouping that shares a network trains only what is new.
        SharedBottomLearner.TrainGroups(table, Problems.Split(table), TaskGrouping.Parse("0,1|2"), Options, store);
        Assert.AreEqual(0, writes);
        SharedBottomLearner.TrainGroups(table, Problems.Split(table), TaskGrouping.Parse("0,2|1"), Options, store);
        Assert.AreEqual(1, writes);
    }

    [TestMethod]
    public void Train_CheckpointsOfOtherOptionsOrData_NamesTheDifference()
    {
        TaskTable table = Problems.Mixed();
        Train(table, Options, new CheckpointFolder(_folder, resume: false));
        var store = new CheckpointFolder(_folder, resume: true);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            Train(table, Options with { Seed = 9 }, store)).Message, "it has 'seed 1', this one 'seed 9'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            Train(Problems.With(table, weights: [.. table.Weights!.Select(w => 2 * w)]), Options, store)).Message,
            "other data: ");
    }

    [TestMethod]
    public void CheckpointFolder_FilesAlreadyThere_AreRefusedUnlessResumed()
    {
        Train(Problems.Mixed(), Options with { MaxEpochs = 1 }, new CheckpointFolder(_folder, resume: false));
        StringAssert.Contains(
            Assert.ThrowsExactly<IOException>(() => new CheckpointFolder(_folder, resume: false)).Message,
            "holds checkpoints of 3 networks");
        Assert.AreEqual(3, new CheckpointFolder(_folder, resume: true).Count);
        Assert.AreEqual(3, Directory.GetFiles(_folder).Length, "nothing but checkpoints is left");
    }

    [TestMethod]
    public void CheckpointFolder_DamagedFile_IsNamed()
    {
        Train(Problems.Mixed(), Options with { MaxEpochs = 1 }, new CheckpointFolder(_folder, resume: false));
        string file = Directory.GetFiles(_folder)[0];
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        string message = Assert.ThrowsExactly<FormatException>(() =>
            Train(Problems.Mixed(), Options with { MaxEpochs = 1 },
                new CheckpointFolder(_folder, resume: true))).Message;
        StringAssert.Contains(message, file);
        StringAssert.Contains(message, "checksum");
    }

    [TestMethod]
    [DataRow("../up")]
    [DataRow("")]
    [DataRow("a/b")]
    public void CheckpointFolder_NameThatIsNoFile_IsRefused(string name) =>
        Assert.ThrowsExactly<ArgumentException>(() => new CheckpointFolder(_folder, resume: true).Read(name, s => s));

    private static GroupedTrainingResult Train(TaskTable table, TrainingOptions options, ICheckpointStore? store,
        CancellationToken cancellationToken = default) =>
        SharedBottomLearner.TrainGroups(table, Problems.Split(table), Grouping, options, store, cancellationToken);
}
