using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Torch.Tests.Systems;

/// <summary>
/// Denoising steps as tasks ("Addressing negative transfer in diffusion models", NeurIPS 2023): on points of a ring in
/// two dimensions the gradients of neighbouring noise levels agree, interval clustering divides the levels, and the
/// groups become masks in one denoiser. A row is a noisy point of one level; only that level's label, the first
/// coordinate of the noise, is there.
/// </summary>
[TestClass]
public sealed class DenoisingIntervalsTests : TorchTests
{
    private const int Levels = 6, PerLevel = 150;

    [TestMethod]
    public void Cosines_OfNoiseLevels_AreThoseOfNeighbours()
    {
        double[,] cosines = Cosines(Affinity());

        double Mean(int distance) => Enumerable.Range(0, Levels - distance).Average(t =>
            (cosines[t, t + distance] + cosines[t + distance, t]) / 2);
        Assert.IsGreaterThan(Mean(3) + 0.1, Mean(1));
        Assert.IsGreaterThan(Mean(5) + 0.1, Mean(1));
    }

    /// <summary>The division is the best of all into three intervals, by counting them all.</summary>
    [TestMethod]
    public void Solve_Intervals_IsTheBestOfAllDivisions()
    {
        TaskAffinity affinity = Affinity();
        TaskGrouping grouping = Intervals(affinity);
        double best = double.NegativeInfinity;
        var bestText = "";
        for (int a = 1; a < Levels; a++)
            for (int b = a + 1; b < Levels; b++)
            {
                int[] labels = [.. Enumerable.Range(0, Levels).Select(t => t < a ? 0 : t < b ? 1 : 2)];
                double value = Enumerable.Range(0, 3).Sum(g =>
                {
                    int[] inside = [.. Enumerable.Range(0, Levels).Where(t => labels[t] == g)];
                    return inside.Sum(i => inside.Sum(j => affinity[i, j])) / inside.Length;
                });
                if (value > best)
                    (best, bestText) = (value, TaskGrouping.FromAssignment(labels).ToString());
            }

        Assert.AreEqual(bestText, grouping.ToString());
        Assert.AreEqual(3, grouping.Count);
    }

    /// <summary>
    /// One denoiser whose experts follow the intervals; and routes that follow the order of the levels.
    /// </summary>
    [TestMethod]
    public void Train_IntervalsAsMasks_Denoises()
    {
        (TaskTable table, RowSplit split) = Ring();
        string masks = TorchArchitectures.WithGroups("mmoe(experts=1; hidden=24; group-experts=1)",
            Intervals(Affinity()));
        foreach (string architecture in (string[])[masks, "switch(experts=4; k=2; hidden=24; prior=0.1)"])
        {
            GroupedTrainingResult trained = GroupedTrainer.Train(table, split, TaskGrouping.All(Levels),
                new TorchModuleLearner(new()
                {
                    Architecture = architecture, Training = TestModules.Training with { MaxEpochs = 12 },
                }), new() { Threads = 1 });

            // The loss of the mean is 1; the noisiest level is almost its own noise.
            Assert.IsLessThan(0.75, trained.Groups[0].Epochs.Min(e => e.ValidationLoss), architecture);
        }
    }

    private static TaskGrouping Intervals(TaskAffinity affinity) =>
        new IntervalGroupingSolver(new() { GroupCount = 3 }).Solve(affinity).Grouping;

    private static TaskAffinity Affinity()
    {
        (TaskTable table, RowSplit split) = Ring();
        return new GradientCosineAffinity(new()
        {
            Training = new TrainingOptions
                { Hidden = [24], MaxEpochs = 30, BatchSize = 675, Threads = 1, LearningRate = 0.01f },
            Standardize = false, Threads = 1,
        }).Estimate(table, split);
    }

    private static double[,] Cosines(TaskAffinity affinity)
    {
        var values = new double[Levels, Levels];
        for (int i = 0; i < Levels; i++)
            for (int j = 0; j < Levels; j++)
                values[i, j] = affinity[i, j];
        return values;
    }

    private static (TaskTable Table, RowSplit Split) Ring()
    {
        var random = new RandomStream(3, "ring");
        int rows = Levels * PerLevel;
        float[] features = new float[rows * 2], labels = new float[rows * Levels];
        Array.Fill(labels, float.NaN);
        for (int row = 0; row < rows; row++)
        {
            int level = row % Levels;
            // ᾱ of a cosine schedule, from almost no noise to almost nothing else.
            double kept = Math.Pow(Math.Cos((level + 0.5) / Levels * Math.PI / 2), 2),
                angle = 2 * Math.PI * random.NextDouble();
            double noise = random.NextNormal();
            features[2 * row] = (float)(Math.Sqrt(kept) * 2 * Math.Cos(angle) + Math.Sqrt(1 - kept) * noise);
            features[2 * row + 1] = (float)(Math.Sqrt(kept) * 2 * Math.Sin(angle)
                + Math.Sqrt(1 - kept) * random.NextNormal());
            labels[row * Levels + level] = (float)noise;
        }
        TaskInfo[] tasks = [.. Enumerable.Range(0, Levels).Select(t => new TaskInfo($"level{t}", TaskKind.Regression))];
        return (new TaskTable(features, 2, tasks, labels), RowSplit.Random(rows, 0.25, 1));
    }
}
