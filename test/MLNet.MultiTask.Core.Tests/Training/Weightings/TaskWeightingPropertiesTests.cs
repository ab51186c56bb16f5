using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Weightings;

/// <summary>What must hold of every weighting, over sampled gradients of many ranks and scales.</summary>
[TestClass]
public class TaskWeightingPropertiesTests
{
    private static readonly string[] Random = ["pcgrad", "gradvac", "graddrop", "rlw"];
    private static readonly string[] ConflictFree = ["upgrad", "dualproj"];
    private static readonly string[] IgnoresScaleOfTasks = ["nash-mtl", "imtl-g", "config", "dibs-mtl"];

    public static IEnumerable<object[]> All => TaskWeightings.All.Select(m => new object[] { m.Name });

    public static IEnumerable<object[]> ByGradients =>
        TaskWeightings.All.Where(m => m.UsesGradients).Select(m => new object[] { m.Name });

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Weigh_AnyRankAndScale_IsFiniteAndSumsToTheNumberOfTasks(string name)
    {
        foreach (int tasks in new[] { 2, 3, 9, 30 })
            foreach (int rank in new[] { 1, 2, tasks, 100 })
                foreach (double scale in new[] { 1e-12, 1e-3, 1, 1e8 })
                {
                    var session = new WeightingSession(WeightingSession.Of(name, tasks), tasks);
                    for (ulong step = 0; step < 3; step++)
                    {
                        double[] weights = session.Weigh(
                            Gramians.Random(tasks, rank, step, scale), Losses(tasks, step));
                        string at = $"{tasks} tasks, rank {rank}, scale {scale}, step {step}";
                        Assert.IsTrue(weights.All(double.IsFinite), at);
                        Assert.AreEqual(tasks, weights.Sum(Math.Abs), 1e-9 * tasks, at);
                    }
                }
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Weigh_TasksInAnotherOrder_GivesTheSameWeights(string name)
    {
        if (Random.Contains(name) || name == "fixed")
            return;
        const int tasks = 6;
        int[] order = [3, 0, 5, 1, 4, 2];
        WeightingSession session = new(TaskWeightings.Parse(name), tasks);
        WeightingSession other = new(TaskWeightings.Parse(name), tasks);
        for (ulong step = 0; step < 4; step++)
        {
            double[] gramian = Gramians.Random(tasks, 12, step), losses = Losses(tasks, step);
            double[] turned = new double[tasks * tasks];
            for (int i = 0; i < tasks; i++)
                for (int j = 0; j < tasks; j++)
                    turned[i * tasks + j] = gramian[order[i] * tasks + order[j]];
            double[] expected = session.Weigh(gramian, losses);
            double[] actual = other.Weigh(turned, [.. order.Select(t => losses[t])]);
            for (int i = 0; i < tasks; i++)
                Assert.AreEqual(expected[order[i]], actual[i], 1e-6, $"step {step}, task {order[i]}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(ByGradients))]
    public void Weigh_AllGradientsScaled_GivesTheSameWeights(string name)
    {
        const int tasks = 7;
        foreach (double scale in new[] { 1e-6, 10, 1e6 })
            for (ulong seed = 0; seed < 5; seed++)
            {
                double[] gramian = Gramians.Random(tasks, 5, seed), losses = Losses(tasks, seed);
                double[] plain = new WeightingSession(TaskWeightings.Parse(name), tasks).Weigh(gramian, losses);
                double[] scaled = new WeightingSession(TaskWeightings.Parse(name), tasks)
                    .Weigh([.. gramian.Select(g => g * scale * scale)], losses);
                for (int i = 0; i < tasks; i++)
                    Assert.AreEqual(plain[i], scaled[i], 1e-6, $"scale {scale}, seed {seed}, task {i}");
            }
    }

    [TestMethod]
    [DynamicData(nameof(ByGradients))]
    public void Weigh_OneTaskScaled_KeepsTheDirectionWhereClaimed(string name)
    {
        if (!IgnoresScaleOfTasks.Contains(name))
            return;
        const int tasks = 5;
        double[] factors = [1, 20, 0.1, 3, 1];
        for (ulong seed = 0; seed < 10; seed++)
        {
            double[] jacobian = Gramians.Jacobian(tasks, 9, seed);
            double[] stretched = [.. jacobian.Select((x, at) => x * factors[at / 9])];
            double[] expected = Direction(name, jacobian, tasks), actual = Direction(name, stretched, tasks);
            for (int k = 0; k < 9; k++)
                Assert.AreEqual(expected[k], actual[k], 1e-6, $"seed {seed}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(ByGradients))]
    public void Weigh_ConflictingGradients_HarmsNoTaskWhereClaimed(string name)
    {
        if (!ConflictFree.Contains(name))
            return;
        foreach (int tasks in new[] { 2, 5, 12, 40 })
            foreach (int rank in new[] { 2, tasks, 80 })
                for (ulong seed = 0; seed < 10; seed++)
                {
                    double[] gramian = Gramians.Random(tasks, rank, seed);
                    double[] weights = new WeightingSession(TaskWeightings.Parse(name), tasks)
                        .Weigh(gramian, Losses(tasks, seed));
                    double[] gains = Gramians.Times(gramian, weights);
                    // (G/tr G + ε)·v ≥ 0: without the ridge a gain may fall short by ε·tr G·v.
                    double trace = Enumerable.Range(0, tasks).Sum(i => gramian[i * tasks + i]);
                    for (int i = 0; i < tasks; i++)
                        Assert.IsGreaterThanOrEqualTo(-1.0001e-4 * trace * weights[i] - 1e-9 * trace, gains[i],
                            $"{tasks} tasks, rank {rank}, seed {seed}, task {i}");
                }
    }

    [TestMethod]
    [DataRow("mgda"), DataRow("nash-mtl"), DataRow("fairgrad"), DataRow("upgrad"), DataRow("dualproj"),
        DataRow("aligned-mtl"), DataRow("config"), DataRow("imtl-g"), DataRow("sdmgrad"), DataRow("db-mtl"),
        DataRow("dibs-mtl"), DataRow("cagrad")]
    public void Weigh_ParetoStationaryPoint_DoesNotMove(string name)
    {
        // Three gradients of length 1 at 120° in the plane: their sum is zero, no direction helps all.
        double[] jacobian = [1, 0, -0.5, Math.Sqrt(0.75), -0.5, -Math.Sqrt(0.75)];
        double[] weights = new WeightingSession(TaskWeightings.Parse(name), 3)
            .Weigh(Gramians.Of(jacobian, 3), [1, 1, 1]);
        for (int k = 0; k < 2; k++)
            Assert.AreEqual(0, Enumerable.Range(0, 3).Sum(i => weights[i] * jacobian[i * 2 + k]), 1e-6);
    }

    [TestMethod]
    [DynamicData(nameof(ByGradients))]
    public void Weigh_OrthogonalGradientsOfOneLength_IsEqual(string name)
    {
        const int tasks = 4;
        var gramian = new double[tasks * tasks];
        for (int i = 0; i < tasks; i++)
            gramian[i * tasks + i] = 3;
        double[] weights = new WeightingSession(TaskWeightings.Parse(name), tasks).Weigh(gramian, [1, 1, 1, 1]);
        foreach (double weight in weights)
            Assert.AreEqual(1, weight, name == "graddrop" ? 0.5 : 1e-9);
    }

    [TestMethod]
    [DynamicData(nameof(ByGradients))]
    public void Weigh_TaskWithoutGradient_LeavesTheOthersAsTheyAre(string name)
    {
        double[] three = Gramians.Random(3, 6, 4), four = new double[16];
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                four[i * 4 + j] = three[i * 3 + j];
        double[] expected = new WeightingSession(TaskWeightings.Parse(name), 4).Weigh(three, [1, 2, 3], [0, 1, 2]);
        double[] actual = new WeightingSession(TaskWeightings.Parse(name), 4).Weigh(four, [1, 2, 3, 1]);
        CollectionAssert.AreEqual((double[])[.. expected, 1], actual);
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Weigh_TaskAbsentFromTheBatch_IsTheProblemOfTheOthers(string name)
    {
        const int tasks = 5;
        int[] present = [0, 2, 3];
        var session = new WeightingSession(WeightingSession.Of(name, tasks), tasks);
        double[] gramian = Gramians.Random(3, 7, 2), losses = [0.5, 1.5, 0.7];
        for (int step = 0; step < 3; step++)
        {
            double[] weights = session.Weigh(gramian, losses, present);
            Assert.AreEqual(3, weights.Sum(Math.Abs), 1e-9);
            if (Random.Contains(name) || name == "fixed")
                continue;
            double[] alone = new WeightingSession(TaskWeightings.Parse(name), 3).Weigh(gramian, losses);
            for (int i = 0; step == 0 && i < 3; i++)
                Assert.AreEqual(alone[i], weights[i], 1e-9, $"task {present[i]}");
        }
        double[] back = session.Weigh(Gramians.Random(tasks, 7, 3), Losses(tasks, 3));
        Assert.IsTrue(back.All(double.IsFinite));
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Restore_SavedState_GoesOnWithTheSameBits(string name)
    {
        const int tasks = 4;
        TaskWeighting weighting = WeightingSession.Of(name, tasks);
        WeightingSession straight = new(weighting, tasks), broken = new(weighting, tasks);
        for (int step = 1; step <= 12; step++)
        {
            double[] gramian = Gramians.Random(tasks, 6, (ulong)step), losses = Losses(tasks, (ulong)step);
            double[] expected = straight.Weigh(gramian, losses);
            CollectionAssert.AreEqual(expected, broken.Weigh(gramian, losses), $"step {step}");
            foreach (WeightingSession session in new[] { straight, broken })
            {
                if (session.Run is ILossWeighting { NeedsLossesAfterStep: true })
                    session.After([.. losses.Select(l => l * 0.9)]);
                if (step % 2 == 0)
                    session.Run.EndEpoch(losses, Losses(tasks, (ulong)step + 50));
            }
            double[] state = broken.State();
            broken = new WeightingSession(weighting, tasks);
            broken.Restore(state, step);
        }
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Weigh_EveryStep_AllocatesNothing(string name)
    {
        const int tasks = 20;
        TaskInfo[] infos = [.. Enumerable.Range(0, tasks).Select(t => new TaskInfo($"t{t}", TaskKind.Binary))];
        IWeightingRun run = WeightingSession.Of(name, tasks)
            .Start(new WeightingStart(infos, [.. Enumerable.Repeat(9, tasks)], 1000, 1));
        double[] gramian = Gramians.Random(tasks, 40, 1), losses = Losses(tasks, 1), weights = new double[tasks];
        int[] present = [.. Enumerable.Range(0, tasks)];
        long before = 0;
        for (int number = 1; number <= 30; number++)
        {
            if (number == 20)
                before = GC.GetAllocatedBytesForCurrentThread();
            var step = new WeightingStep(present, losses, number, 1e-3f);
            if (run is IGradientWeighting gradient)
                gradient.Weigh(step, gramian, weights);
            else
                ((ILossWeighting)run).Weigh(step, weights);
            run.EndEpoch(losses, losses);
        }
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    [DynamicData(nameof(ByGradients))]
    public void Weigh_GramianWithNaN_NamesTheTasks(string name)
    {
        double[] gramian = Gramians.Random(3, 5, 1);
        gramian[1 * 3 + 2] = gramian[2 * 3 + 1] = double.NaN;
        var e = Assert.ThrowsExactly<ArgumentException>(() =>
            new WeightingSession(TaskWeightings.Parse(name), 3).Weigh(gramian, [1, 1, 1]));
        StringAssert.StartsWith(e.Message, "The inner product of the gradients of tasks 't1' and 't2' is NaN; it " +
            "must be finite: the losses diverge, a smaller LearningRate is needed");
    }

    [TestMethod]
    [DynamicData(nameof(ByGradients))]
    public void Start_OneTask_SaysThatTwoAreNeeded(string name)
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => new WeightingSession(TaskWeightings.Parse(name), 1));
        StringAssert.StartsWith(e.Message, $"Weighting '{name}' balances gradients of tasks against each other and " +
            "needs at least 2 tasks; there is 't0' alone: use 'equal'");
    }

    private static double[] Losses(int tasks, ulong seed) =>
        [.. Gramians.Normal(tasks, seed + 1000).Select(x => 0.1 + Math.Abs(x))];

    private static double[] Direction(string name, double[] jacobian, int tasks)
    {
        int width = jacobian.Length / tasks;
        double[] weights = new WeightingSession(TaskWeightings.Parse(name), tasks)
            .Weigh(Gramians.Of(jacobian, tasks), [.. Enumerable.Repeat(1.0, tasks)]);
        double[] direction = [.. Enumerable.Range(0, width)
            .Select(k => Enumerable.Range(0, tasks).Sum(i => weights[i] * jacobian[i * width + k]))];
        double length = Math.Sqrt(direction.Sum(x => x * x));
        return [.. direction.Select(x => x / length)];
    }
}
