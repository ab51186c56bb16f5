using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Tests.Trees;

[TestClass]
public sealed class ForestStateTests
{
    private static readonly TaskTable Table = Problems.Mixed(400);

    [TestMethod]
    [DataRow(1.0, null)]
    [DataRow(0.6, 4)]
    public void Fit_Interrupted_GoesOnToTheSameBits(double subsample, int? patience)
    {
        var learner = new BoostedTreesLearner(new()
        {
            NumberOfTrees = 24, NumberOfLeaves = 6, MinimumExampleCountPerLeaf = 3, SubsampleFraction = subsample,
            FeatureFraction = subsample, EarlyStoppingRound = patience, LearningRate = 0.3,
        });
        GroupFit expected = Fit(learner, new LearnerRun());
        string folder = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        try
        {
            var store = new CheckpointFolder(folder, resume: true, steps: 2);
            using var source = new CancellationTokenSource();
            var stopper = new Stopper(5, source);
            Assert.ThrowsExactly<OperationCanceledException>(() => Fit(learner, new LearnerRun
            {
                Checkpoints = store, Progress = stopper, CancellationToken = source.Token,
            }));
            GroupFit resumed = Fit(learner, new LearnerRun { Checkpoints = store, Progress = stopper });
            Assert.AreEqual(expected.StopReason, resumed.StopReason);
            Assert.HasCount(expected.Epochs.Count, resumed.Epochs);
            Assert.AreEqual(expected.Epochs.Count + 1, stopper.Rounds, "four rounds are kept of five");
            AssertSame(expected, resumed);
            // What is finished is read, and grows no tree.
            AssertSame(expected, Fit(learner, new LearnerRun { Checkpoints = store, Progress = stopper }));
            Assert.AreEqual(expected.Epochs.Count + 1, stopper.Rounds);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Fit(learner,
                new LearnerRun { Seed = 2, Checkpoints = store })).Message, "'seed 1', this one 'seed 2'");
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [TestMethod]
    public void Read_Damaged_SaysSo()
    {
        using var stream = new MemoryStream();
        new ForestState("a", [], []).Write(stream);
        byte[] bytes = stream.ToArray();
        bytes[^1] ^= 1;
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() =>
            ForestState.Read(new MemoryStream(bytes))).Message, "checksum is wrong");
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() =>
            ForestState.Read(new MemoryStream(new byte[60]))).Message, "Not a checkpoint of a forest");
    }

    private static GroupFit Fit(BoostedTreesLearner learner, LearnerRun run) =>
        learner.Fit(Table, Problems.Split(Table), [0, 1, 2], run);

    private static void AssertSame(GroupFit expected, GroupFit actual)
    {
        float[] a = new float[400 * 5], b = new float[400 * 5];
        expected.Models[0].Model.Score(Table.Features.ToArray(), 400, a, []);
        actual.Models[0].Model.Score(Table.Features.ToArray(), 400, b, []);
        CollectionAssert.AreEqual(a, b);
    }

    private sealed class Stopper(int rounds, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public int Rounds { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (++Rounds == rounds)
                source.Cancel();
        }
    }
}
