using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tests.Training.Engines;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Weightings;

/// <summary>Weightings that make a step out of several passes, against the plain passes of a second engine.</summary>
[TestClass]
public sealed class SteppedNetworkTests
{
    private static readonly TaskTable Table = Problems.Mixed(rows: 80, missing: 0.4);
    private static readonly NetworkShape Shape = new(5, [7, 4], Table.Tasks);
    private static readonly int[] Rows = [.. Enumerable.Range(5, 24)];

    [TestMethod]
    [DataRow("sam"), DataRow("sam(around=cagrad)"), DataRow("sam(rho=0.2,around=famo)"), DataRow("auto-lambda"),
        DataRow("group-updates(decay=0.1,probe=3)"), DataRow("sam", true), DataRow("auto-lambda", true),
        DataRow("group-updates(decay=0.1,probe=3)", true)]
    public void Train_OnAnotherEngine_GivesTheSameLosses(string weighting, bool linearSkip = false)
    {
        TaskTable table = Problems.Mixed(missing: 0.6);
        var options = new TrainingOptions { Hidden = [12, 6], MaxEpochs = 3, BatchSize = 16, LearningRate = 0.01f,
            LinearSkip = linearSkip, Weighting = TaskWeightings.Parse(weighting) };
        TrainingResult own = Train(options), other = Train(options with { Engine = new DoubleEngine() });
        for (int e = 0; e < 3; e++)
            Assert.AreEqual(other.Epochs[e].TrainLoss, own.Epochs[e].TrainLoss, 5e-4, $"epoch {e + 1}");

        TrainingResult Train(TrainingOptions options) =>
            NetworkTrainer.Train(table, Problems.Split(table), Problems.AllTasks(table), options);
    }

    [TestMethod]
    [DataRow("sam(around=nash-mtl)"), DataRow("auto-lambda"), DataRow("group-updates(probe=2)")]
    public void Resume_FromAnyStep_GivesTheSameBitsOnAnyThreads(string weighting)
    {
        TaskTable table = Problems.Mixed(rows: 300, features: 40, missing: 0.6);
        var options = new TrainingOptions
            { Hidden = [50, 30], MaxEpochs = 3, BatchSize = 64, Dropout = 0.1f, Threads = 1,
            Weighting = TaskWeightings.Parse(weighting), CheckpointSteps = 3 };
        var checkpoints = new List<TrainingCheckpoint>();
        float[] expected = NetworkTrainer.Train(table, Problems.Split(table), Problems.AllTasks(table),
            options with { Checkpoint = checkpoints.Add }).Network.Parameters;
        CollectionAssert.AreEqual(expected, NetworkTrainer.Train(table, Problems.Split(table),
            Problems.AllTasks(table), options with { Threads = 2 }).Network.Parameters);
        foreach (TrainingCheckpoint checkpoint in checkpoints)
        {
            using var file = new MemoryStream();
            checkpoint.Save(file);
            file.Position = 0;
            CollectionAssert.AreEqual(expected, NetworkTrainer.Resume(table, Problems.Split(table),
                Problems.AllTasks(table), TrainingCheckpoint.Load(file), options).Network.Parameters);
        }
    }

    [TestMethod]
    public void ComputeGradient_SharpnessAware_AggregatesGradientsAndFlatPartsApart()
    {
        const double rho = 0.1, headRho = 0.05;
        float[] factors = [0.02f, 0, 0.05f];
        using DoubleEngineNetwork plain = Plain(out float[] here);
        int trunk = Shape.TrunkParameterCount;
        var expected = new double[here.Length];
        var losses = new double[3][];
        var flats = new double[3][];
        for (int t = 0; t < 3; t++)
        {
            double[] g = Gradient(plain, here, t, factors[t]);
            double trunkLength = Length(g[..trunk]), headLength = Length(g[trunk..]);
            float[] moved = [.. here.Select((p, i) => (float)(p + (factors[t] == 0 ? 0
                : i < trunk ? rho * g[i] / trunkLength : headRho * g[i] / headLength)))];
            double[] there = Gradient(plain, moved, t, factors[t]);
            (losses[t], flats[t]) = (g[..trunk], [.. there[..trunk].Zip(g, (a, b) => a - b)]);
            for (int i = trunk; i < here.Length; i++)
                expected[i] += there[i];
        }
        // Two tasks take part: the weights by inverse lengths are of each part's own Gramian, of factors times 2.
        float[] weights = [Inverse(losses[0]), 0, Inverse(losses[2])];
        float[] flatWeights = [Inverse(flats[0]), 0, Inverse(flats[2])];
        for (int i = 0; i < trunk; i++)
            for (int t = 0; t < 3; t += 2)
                expected[i] += weights[t] * losses[t][i] + flatWeights[t] * flats[t][i];
        var method = new SharpnessAwareWeighting { Rho = rho, HeadRho = headRho, Around = new InverseNorm() };
        using var network = new SharpnessAwareNetwork(Plain(out _), method,
            new WeightingStart(Table.Tasks, [9, 9, 9], 100, 1));
        network.Forward(Rows, 1);
        var gradient = new float[here.Length];
        network.ComputeGradient(factors, weights, gradient);
        for (int i = 0; i < gradient.Length; i++)
            Assert.AreEqual(expected[i], gradient[i], 1e-5, $"parameter {i}");

        static float Inverse(double[] g) => (float)(0.1 / Math.Sqrt(4 * g.Sum(x => x * x) + 1e-6));
    }

    [TestMethod]
    public void Slopes_OfAutoLambda_AreThoseOfTheOtherRowsLossAfterTheStep()
    {
        var options = new TrainingOptions { Hidden = [7, 4], WeightDecay = 0.01f, Seed = 6 };
        TrainingProblem problem = Problem();
        double[] weights = [0.5, 1.8, 0.7];
        const float rate = 0.05f;
        using DoubleEngineNetwork network = Plain(out float[] here);
        network.Forward(Rows, 1);
        float[] factors = Factors(network);
        var step = new WeightingStep([0, 1, 2], [1, 1, 1], 4, rate);
        double[] slopes = new LookAhead(problem, options).Slopes(network, Rows, factors, step, weights).ToArray();
        var random = new RandomStream(6, "auto-lambda rows", 4);
        int[] others = [.. Rows.Select(_ => problem.Train[random.NextInt32(problem.Train.Length)])];
        for (int t = 0; t < 3; t++)
        {
            double numeric = (After(t, 0.05) - After(t, -0.05)) / 0.1;
            Assert.AreEqual(numeric, slopes[t], 2e-2 * Math.Abs(numeric) + 1e-6, $"task {t}");
        }
        var back = new float[here.Length];
        network.Export(back);
        CollectionAssert.AreEqual(here, back, "the parameters are where they were");

        double After(int task, double change)
        {
            double[] own = [.. weights];
            own[task] += change;
            using DoubleEngineNetwork other = Plain(out float[] moved);
            other.Forward(Rows, 4);
            var gradient = new float[moved.Length];
            other.ComputeGradient([.. factors.Select((f, t) => f * (float)own[t])], default, gradient);
            other.Import([.. moved.Select((p, i) => p - rate * (gradient[i] + 0.01f * p))]);
            other.Forward(others, 0);
            other.ComputeLosses();
            float[] equal = Factors(other);
            double loss = 0;
            for (int t = 0; t < 3; t++)
                loss += equal[t] * other.LossSums[t];
            return loss;
        }
    }

    [TestMethod]
    public void Learn_FirstStepOfAutoLambda_MovesByTheStepSize()
    {
        var run = (IHeldOutWeighting)new AutoLambdaWeighting { Initial = 0.1, StepSize = 0.01 }
            .Start(new WeightingStart(Table.Tasks, [9, 9, 9], 100, 1));
        // Slopes less their mean are −1.5, 0, 1.5: Adam's first step goes by their signs alone.
        run.Learn(new WeightingStep([0, 1, 2], [1, 1, 1], 1, 0.1f), [-1, 0.5, 2]);
        var weights = new double[3];
        run.Weigh(new WeightingStep([0, 1, 2], [1, 1, 1], 1, 0.1f), weights);
        CollectionAssert.AreEqual(new[] { 1.1, 1, 0.9 }, weights.Select(w => Math.Round(w, 6)).ToArray());
    }

    [TestMethod]
    public void Descend_GroupUpdates_MovesTaskByTaskAndTracksWhatItChanges()
    {
        float[] factors = [0.02f, 0, 0.05f];
        using DoubleEngineNetwork plain = Plain(out float[] here);
        plain.Forward(Rows, 1);
        plain.ComputeLosses();
        double[] before = [.. plain.LossSums];
        plain.DescendPart([factors[0], 0, 0], 1, 0.01f);
        plain.Forward(Rows, 1);
        plain.ComputeLosses();
        double[] between = [.. plain.LossSums];
        plain.DescendPart([0, 0, factors[2]], 2, 0.01f);
        plain.Forward(Rows, 1);
        plain.ComputeLosses();
        double[] after = [.. plain.LossSums];
        float[] expected = new float[here.Length], actual = new float[here.Length];
        plain.Export(expected);

        using var network = new GroupUpdatesNetwork(Plain(out _), new GroupUpdatesWeighting { Decay = 0.1 },
            Table.Tasks);
        network.Forward(Rows, 1);
        network.Descend(factors, default, 1, 0.01f);
        network.Export(actual);
        CollectionAssert.AreEqual(expected, actual);
        CollectionAssert.AreEqual(before, network.LossSums.ToArray(), "losses are those that the step found");
        (double[] affinity, double[] counts) = GroupUpdatesNetwork.AffinityOf(network.SaveOwn(), 3, 0.1);
        Assert.AreEqual(1 - between[2] / before[2], affinity[2 * 3 + 0], 1e-12, "of task 2 from task 0");
        Assert.AreEqual(1 - after[0] / between[0], affinity[0 * 3 + 2], 1e-12, "of task 0 from task 2");
        // The task without a label neither gains nor gives.
        CollectionAssert.AreEqual(new double[] { 0, 0, 1, 0, 0, 0, 1, 0, 0 }, counts);
    }

    [TestMethod]
    public void DescendPart_Managed_LeavesOtherHeadsAndTheirMoments()
    {
        TrainingProblem problem = Problem();
        using var network = (IMovableNetwork)new TrainingOptions().Engine.Create(problem, Shape,
            SharedBottomNetwork.Initialize(Shape, 3).Parameters, new EngineSettings(0.01f, null, 0, 1, 1), 64);
        network.Forward(Rows, 1);
        network.Descend([0.02f, 0.03f, 0.05f], default, 1, 0.01f);
        OptimizerState start = network.Save(1);
        network.Forward(Rows, 2);
        network.Descend([0, 0.03f, 0], default, 2, 0.01f);
        OptimizerState whole = network.Save(2);
        network.Restore(start);
        network.Forward(Rows, 2);
        network.DescendPart([0, 0.03f, 0], 2, 0.01f);
        OptimizerState part = network.Save(2);
        LayerShape head = Shape.Layer(2);
        for (int i = 0; i < Shape.ParameterCount; i++)
        {
            int output = i < head.WeightOffset ? -1 : i < head.BiasOffset ? (i - head.WeightOffset) / head.Inputs
                : i - head.BiasOffset;
            // Outputs 1 to 3 are the classes of the task that is moved.
            OptimizerState expected = output is -1 or >= 1 and <= 3 ? whole : start;
            Assert.AreEqual(expected.Parameters[i], part.Parameters[i], $"parameter {i}");
            Assert.AreEqual(expected.FirstMoments[i], part.FirstMoments[i], $"first moment {i}");
            Assert.AreEqual(expected.SecondMoments[i], part.SecondMoments[i], $"second moment {i}");
        }
        // What is passed forward is what is stored.
        double[] losses = Losses(network);
        network.Restore(part);
        CollectionAssert.AreEqual(Losses(network), losses);

        static double[] Losses(IMovableNetwork network)
        {
            network.Forward(Rows, 0);
            network.ComputeLosses();
            return [.. network.LossSums];
        }
    }

    [TestMethod]
    public void Regroup_MeasuredPairs_JoinsThoseOfPositiveMutualAffinity()
    {
        var affinity = new ProximalAffinity(4, 0.001);
        double[,] gains = { { 0, 0.2, -0.3, 0.1 }, { 0.1, 0, 0, -0.4 }, { 0.2, -0.1, 0, 0.3 }, { -0.3, 0, 0.1, 0 } };
        for (int round = 0; round < 5; round++)
            for (int i = 0; i < 4; i++)
                for (int j = 0; j < 4; j++)
                    if (i != j)
                        affinity.Add(i, j, gains[i, j]);
        affinity.Regroup();
        CollectionAssert.AreEqual(new[] { 0, 0, 2, 2 }, affinity.Groups);
        Assert.AreEqual(0.3, ProximalAffinity.Unbiased(affinity.State, 4, 0.001)[2 * 4 + 3], 1e-12);
    }

    [TestMethod]
    [DataRow("sam(around=cagrad)"), DataRow("auto-lambda"), DataRow("group-updates(probe=3)")]
    public void Run_SteadyState_AllocatesNothing(string weighting)
    {
        var options = new TrainingOptions { Hidden = [7, 4], Weighting = TaskWeightings.Parse(weighting), Threads = 1 };
        using var step = new TrainingStep(Problem(), Shape,
            SharedBottomNetwork.Initialize(Shape, 1).Parameters, options,
            64);
        long allocated = long.MaxValue;
        for (int round = 0; round < 20 && allocated > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
                step.Run(Rows, 1);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.AreEqual(0, allocated);
    }

    [TestMethod]
    [DataRow("sam"), DataRow("auto-lambda"), DataRow("group-updates")]
    public void Fit_ThroughTheLearner_IsNotTrainedByPlainSteps(string weighting)
    {
        var options = new TrainingOptions { Hidden = [6], MaxEpochs = 3, BatchSize = 16 };
        float[] Fit(TaskWeighting own) =>
            ((SharedBottomNetwork)new SharedBottomLearner(options with { Weighting = own })
            .Fit(Table, Problems.Split(Table), [0, 1, 2], new LearnerRun { Seed = 1 }).Models[0].Model).Parameters;
        CollectionAssert.AreNotEqual(Fit(EqualWeighting.Instance), Fit(TaskWeightings.Parse(weighting)));
    }

    [TestMethod]
    public void TrainGroups_SharpnessAwareAlone_StaysSharpnessAware()
    {
        var options = new TrainingOptions { Hidden = [6], MaxEpochs = 2,
            Weighting = TaskWeightings.Parse("sam(around=nash-mtl)") };
        float[] Parameters(string weighting) => NetworkTrainer.Train(Table, Problems.Split(Table), [0],
            options with { Weighting = TaskWeightings.Parse(weighting) }).Network.Parameters;
        var alone = (SharedBottomNetwork)new SharedBottomLearner(options).Fit(Table, Problems.Split(Table), [0],
            new LearnerRun { Seed = 1 }).Models[0].Model;
        CollectionAssert.AreEqual(Parameters("sam"), alone.Parameters);
        CollectionAssert.AreNotEqual(Parameters("equal"), alone.Parameters);
    }

    private static TrainingProblem Problem() =>
        new(Table, new RowSplit([.. Enumerable.Range(0, 80)], []), Problems.AllTasks(Table));

    private static DoubleEngineNetwork Plain(out float[] parameters)
    {
        parameters = SharedBottomNetwork.Initialize(Shape, 3).Parameters;
        return new DoubleEngineNetwork(Problem(), Shape, parameters, new EngineSettings(0.01f, null, 0, 1, 1));
    }

    private static double[] Gradient(DoubleEngineNetwork network, float[] at, int task, float factor)
    {
        float[] only = new float[3], gradient = new float[at.Length];
        only[task] = factor;
        network.Import(at);
        network.Forward(Rows, 1);
        network.ComputeGradient(only, default, gradient);
        return [.. gradient.Select(g => (double)g)];
    }

    private static float[] Factors(DoubleEngineNetwork network) =>
        [.. network.WeightSums.ToArray().Select(w => (float)(1 / (3 * w)))];

    private static double Length(double[] x) => Math.Sqrt(x.Sum(v => v * v));
}
