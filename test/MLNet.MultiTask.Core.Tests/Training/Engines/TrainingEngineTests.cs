using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Engines;

[TestClass]
public sealed class TrainingEngineTests
{
    [TestMethod]
    public void Train_OnAnotherEngine_GivesTheSameLosses()
    {
        TaskTable table = Problems.Mixed();
        var options = new TrainingOptions { Hidden = [12, 6], MaxEpochs = 8, BatchSize = 32, LearningRate = 0.01f,
            MaxGradientNorm = 0.5f, Schedule = LearningRateSchedule.OneCycle };
        AssertSameLosses(table, options);
    }

    [TestMethod]
    public void Train_LinearSkipOnAnotherEngine_GivesTheSameLosses() =>
        AssertSameLosses(Problems.Mixed(missing: 0.6), new TrainingOptions { Hidden = [12, 6], MaxEpochs = 5,
            BatchSize = 8, LearningRate = 0.01f, LinearSkip = true, Weighting = new InverseNorm() });

    [TestMethod]
    public void Train_WeighingGradientsOnAnotherEngine_GivesTheSameLosses() =>
        AssertSameLosses(Problems.Mixed(missing: 0.6), new TrainingOptions { Hidden = [12, 6], MaxEpochs = 5,
            BatchSize = 8, LearningRate = 0.01f, Weighting = new InverseNorm(), GramianInterval = 2 });

    [TestMethod]
    public void Train_WeighingLossesOnAnotherEngine_GivesTheSameLosses() =>
        AssertSameLosses(Problems.Mixed(missing: 0.6), new TrainingOptions { Hidden = [12, 6], MaxEpochs = 5,
            BatchSize = 8, LearningRate = 0.01f, Weighting = new InverseLoss() });

    [TestMethod]
    public void Resume_OnAnotherEngine_IsRefusedByName()
    {
        TaskTable table = Problems.Mixed();
        TrainingCheckpoint? last = null;
        var options = new TrainingOptions { Hidden = [4], MaxEpochs = 2 };
        NetworkTrainer.Train(table, Problems.Split(table), Problems.AllTasks(table),
            options with { Checkpoint = c => last = c });
        ArgumentException refused = Assert.ThrowsExactly<ArgumentException>(() => NetworkTrainer.Resume(table,
            Problems.Split(table), Problems.AllTasks(table), last!, options with { Engine = new DoubleEngine() }));
        StringAssert.Contains(refused.Message, "'engine managed', this one 'engine double'");
    }

    private static void AssertSameLosses(TaskTable table, TrainingOptions options)
    {
        TrainingResult own = Train(options), other = Train(options with { Engine = new DoubleEngine() });
        Assert.HasCount(own.Epochs.Count, other.Epochs);
        for (int e = 0; e < own.Epochs.Count; e++)
        {
            Assert.AreEqual(other.Epochs[e].TrainLoss, own.Epochs[e].TrainLoss, 1e-4, $"training, epoch {e + 1}");
            Assert.AreEqual(other.Epochs[e].ValidationLoss, own.Epochs[e].ValidationLoss, 1e-4, $"epoch {e + 1}");
        }
        Assert.IsLessThan(own.Epochs[0].TrainLoss, own.Epochs[^1].TrainLoss);

        TrainingResult Train(TrainingOptions options) =>
            NetworkTrainer.Train(table, Problems.Split(table), Problems.AllTasks(table), options);
    }
}
