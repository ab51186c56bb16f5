using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;
using MLNet.MultiTask.Training.Managed;

namespace MLNet.MultiTask.Tests.Training;

/// <summary>What single options do to a training.</summary>
[TestClass]
public sealed class TrainingOptionsTests
{
    private static readonly TrainingOptions Short =
        new() { Hidden = [20, 8], MaxEpochs = 6, BatchSize = 32, LearningRate = 1e-2f };

    private static readonly TrainingOptions Everything = Short with
    {
        Schedule = LearningRateSchedule.OneCycle,
        Dropout = 0.25f,
        MaxGradientNorm = 0.5f,
        EarlyStopping = EarlyStopping.PerTask,
    };

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    [DataRow(true, true)]
    public void Train_EveryOption_SameBitsOnAnyThreads(bool layerNorm, bool linearSkip = false)
    {
        // Wide enough that more than one thread is worth while.
        TaskTable table = Problems.Mixed(400, 60);
        TrainingOptions options =
            Everything with { Hidden = [120, 90], LayerNorm = layerNorm, LinearSkip = linearSkip, BatchSize = 130,
                Threads = 1 };
        float[] expected = Train(table, options).Network.Parameters;
        foreach (int threads in new[] { 2, 3, 8 })
            CollectionAssert.AreEqual(expected, Train(table, options with { Threads = threads }).Network.Parameters,
                $"{threads} threads");
    }

    [TestMethod]
    [DataRow(3, 12, 3)]
    [DataRow(3, 13, 4)]
    [DataRow(3, 40, 10)]
    [DataRow(3, 41, 11)]
    [DataRow(12, 40, 12)]
    public void PatienceSteps_BesideEpochs_TheLaterOneStops(int epochs, int steps, int expected)
    {
        // 100 rows in batches of 32 are four updates an epoch; large steps, so that the best epoch comes early.
        TaskTable table = Problems.Mixed(140, 5);
        var split = new RowSplit([.. Enumerable.Range(0, 100)], [.. Enumerable.Range(100, 40)]);
        TrainingOptions own = Short with
            { MaxEpochs = 400, LearningRate = 0.03f, Patience = epochs, PatienceSteps = steps };
        TrainingResult result = NetworkTrainer.Train(table, split, [0, 1], own);
        Assert.AreEqual(StopReason.NoImprovement, result.StopReason);
        int best = result.Epochs.MinBy(e => e.ValidationLoss)!.Epoch;
        Assert.AreEqual(best + expected, result.Epochs.Count);
        Assert.AreEqual(4 * result.Epochs.Count, result.Epochs[^1].Steps);
    }

    [TestMethod]
    public void ForSweep_PatienceOfTheUser_IsKept()
    {
        Assert.AreEqual(200, Short.ForSweep().PatienceSteps);
        Assert.AreEqual(200, (Short with { Seed = 7 }).ForSweep().PatienceSteps);
        Assert.IsNull((Short with { Patience = 30 }).ForSweep().PatienceSteps);
        Assert.IsNull((Short with { Patience = null }).ForSweep().PatienceSteps);
        Assert.AreEqual(50, (Short with { PatienceSteps = 50 }).ForSweep().PatienceSteps);
        Assert.AreEqual(30, new TrainingOptions().PatienceFor(10));
        Assert.AreEqual(100, new TrainingOptions().ForSweep().PatienceFor(240));
        Assert.AreEqual(30, new TrainingOptions().ForSweep().PatienceFor(4000));
        Assert.IsNull(new TrainingOptions { Patience = null, PatienceSteps = 9 }.PatienceFor(240));
    }

    [TestMethod]
    public void Dropout_InTraining_DropsItsShareAndKeepsTheMean()
    {
        TaskTable table = Problems.Mixed(200, 4, 0, 1, Problems.Value);
        int[] rows = [.. Enumerable.Range(0, 200)];
        var problem = new TrainingProblem(table, new RowSplit(rows, []), [0]);
        var shape = new NetworkShape(4, [50], table.Tasks);
        // Without weights and with biases of 1, every hidden unit puts out 1.
        var parameters = new float[shape.ParameterCount];
        parameters.AsSpan(shape.Layer(0).BiasOffset, 50).Fill(1);
        var batch = new BatchBuffers(problem, new OutputColumns(problem), new PanelLayout(shape), 200);
        var network = new PanelNetwork(batch, new PanelLayout(shape)) { Dropout = new Dropout(0.3f, 1, 1) };
        network.Import(parameters);
        batch.Gather(rows, 0);
        network.Forward(0, 200);
        int dropped = 0;
        for (int row = 0; row < 200; row++)
            for (int unit = 0; unit < 50; unit++)
            {
                float value = Hidden(batch, row, unit);
                dropped += value == 0 ? 1 : 0;
                Assert.IsTrue(value == 0 || Math.Abs(value - 1 / 0.7f) < 1e-6f, $"{value}");
            }
        Assert.AreEqual(0.3, dropped / 10000.0, 0.015);
    }

    [TestMethod]
    public void LayerNorm_FirstLayerScaled_LeavesTheOutputs()
    {
        TaskTable table = Problems.Mixed(200, 5, 0);
        TrainingResult plain = Train(table, Short), normalized = Train(table, Short with { LayerNorm = true });
        Assert.IsTrue(normalized.Network.Shape.LayerNorm);
        Assert.IsFalse(plain.Network.Shape.LayerNorm);
        // Weights and biases of the first layer times 16: the layer's outputs, and so the scores, stay.
        SharedBottomNetwork scaled = normalized.Network.Clone();
        foreach (ref float p in scaled.Parameters.AsSpan(0, scaled.Shape.Layer(0).GainOffset))
            p *= 16;
        float[] expected = new float[200 * 5], found = new float[200 * 5];
        normalized.Network.Forward(table.Features.ToArray(), 200, expected);
        scaled.Forward(table.Features.ToArray(), 200, found);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-3f * (1 + Math.Abs(expected[i])));
    }

    [TestMethod]
    public void MaxGradientNorm_LongGradient_ShortensIt()
    {
        TaskTable table = Problems.Mixed(60, 4, 0);
        TrainingResult free = Train(table, Short),
            tight = Train(table, Short with { MaxGradientNorm = 1e-9f, WeightDecay = 0 });
        float[] start = SharedBottomNetwork.Initialize(free.Network.Shape, 1).Parameters;
        // With gradients far below AdamW's ε the parameters hardly move.
        Assert.IsLessThan(1e-2, Distance(start, tight.Network.Parameters));
        Assert.IsGreaterThan(0.1, Distance(start, free.Network.Parameters));
    }

    [TestMethod]
    public void Schedule_OneCycle_ReachesPeakAndFallsInEveryProgressReport()
    {
        TrainingResult result =
            Train(Problems.Mixed(), Short with { Schedule = LearningRateSchedule.OneCycle, MaxEpochs = 20 });
        Assert.AreEqual(1e-2f, result.Epochs.Max(e => e.LearningRate), 1e-3f);
        Assert.IsLessThan(1e-4f, result.Epochs[^1].LearningRate);
    }

    [TestMethod]
    public void EarlyStoppingPerTask_EveryTask_IsServedByItsBestEpoch()
    {
        TaskTable table = Problems.Mixed(120);
        TrainingOptions options =
            Short with { EarlyStopping = EarlyStopping.PerTask, MaxEpochs = 60, LearningRate = 0.03f };
        TrainingResult result = Train(table, options);
        Assert.IsNotNull(result.BestPerTask);
        CollectionAssert.AreEquivalent(new[] { 0, 1, 2 }, result.BestPerTask.SelectMany(b => b.Tasks).ToArray());
        foreach (EpochNetwork best in result.BestPerTask)
            foreach (int task in best.Tasks)
            {
                Assert.AreEqual(result.Epochs.Min(e => e.TaskValidationLosses[task]),
                    result.Epochs[best.Epoch - 1].TaskValidationLosses[task]);
                float[] until = Train(table, options with { MaxEpochs = best.Epoch, KeepBestWeights = false,
                    EarlyStopping = EarlyStopping.Macro, Patience = null }).Network.Parameters;
                CollectionAssert.AreEqual(until, best.Network.Parameters);
            }
        Assert.IsGreaterThan(1, result.BestPerTask.Count, "the case should need more than one epoch");
    }

    [TestMethod]
    public void EarlyStoppingPerTask_GroupedTraining_ServesEachTaskFromItsBestNetwork()
    {
        TaskTable table = Problems.Mixed(120);
        TrainingOptions options =
            Short with { EarlyStopping = EarlyStopping.PerTask, MaxEpochs = 60, LearningRate = 0.03f };
        GroupedTrainingResult result =
            SharedBottomLearner.TrainGroups(table, Problems.Split(table), TaskGrouping.All(3), options);
        float[] scores = new float[5], own = new float[5];
        result.Model.Score(table.FeatureRow(0), 1, scores);
        Assert.IsGreaterThan(1, result.Groups[0].Models.Count);
        foreach (ServingModel best in result.Groups[0].Models)
        {
            best.Model.Score(table.FeatureRow(0), 1, own, []);
            foreach (int task in best.Served)
                Assert.AreEqual(own[best.Model.OutputOffset(task)], scores[result.Model.OutputOffset(task)]);
        }
    }

    [TestMethod]
    public void Resume_FromAnyEpoch_GivesTheBitsOfUninterruptedTraining()
    {
        TaskTable table = Problems.Mixed();
        foreach (TrainingOptions options in new[] { Short, Everything, Everything with { LayerNorm = true },
            Short with { MaxSteps = 17 } })
        {
            var saved = new List<byte[]>();
            TrainingResult expected = Train(table, options with { Checkpoint = c => saved.Add(Bytes(c)) });
            foreach (byte[] bytes in saved)
            {
                TrainingResult resumed = NetworkTrainer.Resume(table, Problems.Split(table), Problems.AllTasks(table),
                    TrainingCheckpoint.Load(new MemoryStream(bytes)), options with { Threads = 2 });
                CollectionAssert.AreEqual(expected.Network.Parameters, resumed.Network.Parameters);
                CollectionAssert.AreEqual(expected.Network.TargetMeans, resumed.Network.TargetMeans);
                Assert.AreEqual(expected.BestEpoch, resumed.BestEpoch);
                Assert.AreEqual(expected.StopReason, resumed.StopReason);
                CollectionAssert.AreEqual(expected.Epochs.Select(e => e.ValidationLoss).ToArray(),
                    resumed.Epochs.Select(e => e.ValidationLoss).ToArray());
            }
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(7)]
    public void Resume_FromTheMiddleOfAnEpoch_GivesTheBitsOfUninterruptedTraining(int steps)
    {
        TaskTable table = Problems.Mixed();
        foreach (TrainingOptions options in new[] { Short, Everything, Short with { MaxSteps = 17 } })
        {
            var saved = new List<byte[]>();
            TrainingResult expected =
                Train(table, options with { CheckpointSteps = steps, Checkpoint = c => saved.Add(Bytes(c)) });
            // 150 training rows: 5 steps an epoch.
            int all = expected.Epochs[^1].Steps;
            CollectionAssert.AreEqual(
                Enumerable.Range(1, all).Where(s => s % steps == 0 || s == all).ToArray(),
                saved.Select(b => TrainingCheckpoint.Load(new MemoryStream(b)).Steps).ToArray());
            foreach (byte[] bytes in saved)
            {
                var reports = new List<int>();
                TrainingResult resumed = NetworkTrainer.Resume(table, Problems.Split(table), Problems.AllTasks(table),
                    TrainingCheckpoint.Load(new MemoryStream(bytes)),
                    options with { CheckpointSteps = steps, Checkpoint = c => reports.Add(c.Steps) });
                CollectionAssert.AreEqual(expected.Network.Parameters, resumed.Network.Parameters);
                Assert.AreEqual(expected.StopReason, resumed.StopReason);
                CollectionAssert.AreEqual(
                    expected.Epochs.Select(e => (e.Steps, e.TrainLoss, e.ValidationLoss, e.LearningRate)).ToArray(),
                    resumed.Epochs.Select(e => (e.Steps, e.TrainLoss, e.ValidationLoss, e.LearningRate)).ToArray());
                CollectionAssert.AreEqual(saved.Select(b => TrainingCheckpoint.Load(new MemoryStream(b)).Steps)
                    .Where(s => s > TrainingCheckpoint.Load(new MemoryStream(bytes)).Steps).ToArray(), reports);
            }
        }
    }

    [TestMethod]
    public void Resume_OtherData_NamesTheDifference()
    {
        TaskTable table = Problems.Mixed();
        TrainingCheckpoint? checkpoint = null;
        Train(table, Short with { Checkpoint = c => checkpoint = c });
        float[] labels = [.. table.Labels], features = table.Features.ToArray();
        labels[2] += 1e-3f;
        features[^1] += 1e-3f;
        foreach (TaskTable other in new[] { Problems.With(table, labels),
            Problems.With(table, weights: [.. table.Weights!.Reverse()]),
            new TaskTable(features, table.FeatureCount, table.Tasks, table.Labels, table.Weights) })
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => NetworkTrainer.Resume(other,
                Problems.Split(other), Problems.AllTasks(other), checkpoint!, Short)).Message, "it has other data: ");
        NetworkTrainer.Resume(Problems.With(table, [.. table.Labels]), Problems.Split(table), Problems.AllTasks(table),
            checkpoint!, Short);
    }

    [TestMethod]
    public void Resume_OtherOptions_NamesTheDifference()
    {
        TaskTable table = Problems.Mixed();
        TrainingCheckpoint? checkpoint = null;
        Train(table, Short with { Checkpoint = c => checkpoint = c });
        string Message(TrainingOptions options) =>
            Assert.ThrowsExactly<ArgumentException>(() => NetworkTrainer.Resume(table,
                Problems.Split(table), Problems.AllTasks(table), checkpoint!, options)).Message;
        StringAssert.Contains(Message(Short with { Seed = 2 }), "'seed 1', this one 'seed 2'");
        StringAssert.Contains(Message(Short with { Hidden = [9] }),
            "'hidden layers 20, 8', this one 'hidden layers 9'");
        StringAssert.Contains(Message(Short with { LayerNorm = true }),
            "this one 'hidden layers 20, 8 with layer norm'");
    }

    [TestMethod]
    public void CheckpointLoad_DamagedBytes_IsFormatException()
    {
        TrainingCheckpoint? checkpoint = null;
        Train(Problems.Mixed(40), Short with { MaxEpochs = 1, Hidden = [2], Checkpoint = c => checkpoint = c });
        byte[] bytes = Bytes(checkpoint!);
        for (int length = 0; length < bytes.Length; length += 7)
            Assert.ThrowsExactly<FormatException>(() => TrainingCheckpoint.Load(new MemoryStream(bytes[..length])));
        for (int i = 0; i < bytes.Length; i += 5)
        {
            byte[] damaged = [.. bytes];
            damaged[i] ^= 0x10;
            Assert.ThrowsExactly<FormatException>(() => TrainingCheckpoint.Load(new MemoryStream(damaged)),
                $"byte {i}");
        }
    }

    [TestMethod]
    public void Validate_EveryBadValue_IsRefused()
    {
        foreach (TrainingOptions bad in new[]
        {
            Short with { Dropout = 1 }, Short with { Dropout = float.NaN }, Short with { MaxGradientNorm = 0 },
            Short with { LearningRate = 0 },
            Short with { WeightDecay = -1 }, Short with { MaxEpochs = 0 }, Short with { MaxSteps = 0 },
            Short with { Patience = 0 },
            Short with { Threads = 0 }, Short with { CheckpointSteps = 0 }, Short with { Hidden = [3, 0] },
            Short with { Schedule = (LearningRateSchedule)9 },
        })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(bad.Validate);
    }

    private static unsafe float Hidden(BatchBuffers batch, int row, int unit) =>
        batch.Values[1][unit / 16 * batch.PanelStride + row * 16 + unit % 16];

    private static TrainingResult Train(TaskTable table, TrainingOptions options) =>
        NetworkTrainer.Train(table, Problems.Split(table), Problems.AllTasks(table), options);

    private static byte[] Bytes(TrainingCheckpoint checkpoint)
    {
        using var stream = new MemoryStream();
        checkpoint.Save(stream);
        return stream.ToArray();
    }

    private static double Distance(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b).Sum(p => (double)(p.First - p.Second) * (p.First - p.Second)));
}
