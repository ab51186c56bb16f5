using System.Text.Json;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Weightings;

/// <summary>
/// Every method's weights against plain Python on the gradients themselves, stored by reference_weights.py.
/// </summary>
[TestClass]
public class ReferenceWeightsTests
{
    private static readonly Fixture Stored = JsonSerializer.Deserialize<Fixture>(File.ReadAllText(Path.Combine(
        AppContext.BaseDirectory, "Training", "Weightings", "reference_weights.json")), JsonSerializerOptions.Web)!;

    public static IEnumerable<object[]> Names => Stored.Cases.Select(c => new object[] { c.Weighting });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Weigh_StoredGradients_AgreesWithTheReference(string text)
    {
        Case c = Stored.Cases.Single(c => c.Weighting == text);
        int tasks = c.Losses[0].Length;
        var session = new WeightingSession(TaskWeightings.Parse(text), tasks);
        for (int step = 0; step < c.Jacobians.Length; step++)
        {
            double[] gramian = Gramians.Of([.. c.Jacobians[step].SelectMany(row => row)], tasks);
            double[] weights = session.Weigh(gramian, c.Losses[step]);
            if (c.After is not null)
                session.After(c.After[step]);
            double[][] allowed = c.AnyOf ? c.Expected : [c.Expected[step]];
            Assert.IsTrue(allowed.Any(e => e.Zip(weights, (x, y) => Math.Abs(x - y)).Max() < 2e-6),
                $"step {step + 1}: {string.Join(", ", weights)} and not {string.Join(", ", allowed[0])}");
        }
    }

    [TestMethod]
    public void Weigh_StchAfterItsWarmup_DescendsTheSmoothMaximum()
    {
        var session = new WeightingSession(new StchWeighting { Mu = Stored.Stch.Mu, WarmupEpochs = 1 }, 3);
        session.Run.EndEpoch(Stored.Stch.Nadir, Stored.Stch.Nadir);
        double[] weights = session.Weigh([], Stored.Stch.Losses);
        for (int i = 0; i < 3; i++)
            Assert.AreEqual(Stored.Stch.Expected[i], weights[i], 1e-6);
    }

    [TestMethod]
    public void Weigh_DwaAndStchOfTinyTemperature_GiveAllToTheTaskThatIsBehind()
    {
        foreach (TaskWeighting method in new TaskWeighting[]
            { new DwaWeighting { Temperature = 1e-4 }, new StchWeighting { Mu = 1e-4, WarmupEpochs = 1 } })
        {
            var session = new WeightingSession(method, 2);
            session.Run.EndEpoch([1, 1], [1, 1]);
            session.Run.EndEpoch([0.5, 0.8], [1, 1]);
            double[] weights = session.Weigh([], [0.5, 0.8]);
            Assert.AreEqual(0, weights[0], method.Name);
            Assert.AreEqual(2, weights[1], method.Name);
        }
    }

    [TestMethod]
    public void Weigh_DwaAfterTwoEpochs_FollowsTheRatios()
    {
        var session = new WeightingSession(new DwaWeighting(), 2);
        CollectionAssert.AreEqual(new double[] { 1, 1 }, session.Weigh([], [1, 1]));
        session.Run.EndEpoch([2, 2], [1, 1]);
        session.Run.EndEpoch([1, 2], [1, 1]);
        double[] weights = session.Weigh([], [1, 1]);
        // r = (½, 1), so the shares are as e^¼ to e^½.
        Assert.AreEqual(2 / (1 + Math.Exp(0.25)), weights[0], 1e-12);
        Assert.AreEqual(2 / (1 + Math.Exp(-0.25)), weights[1], 1e-12);
    }

    [TestMethod]
    public void Weigh_DataBalanced_MakesARareTaskCountForItsAbsences()
    {
        var session = new WeightingSession(new DataBalancedWeighting(), 2);
        for (int step = 0; step < 3; step++)
            session.Weigh([], [1], [0]);
        // Fourth batch: four over four against four over one.
        double[] weights = session.Weigh([], [1, 1]);
        Assert.AreEqual(0.4, weights[0], 1e-12);
        Assert.AreEqual(1.6, weights[1], 1e-12);
    }

    [TestMethod]
    public void Weigh_CoBaWhileAllConverge_HelpsTheSlowTask()
    {
        var session = new WeightingSession(new CoBaWeighting { WarmupEpochs = 2 }, 2);
        for (int epoch = 0; epoch < 6; epoch++)
            session.Run.EndEpoch([1, 1], [1 - 0.1 * epoch, 1 - 0.02 * epoch]);
        double[] slow = session.Weigh([], [1, 1]);
        Assert.IsGreaterThan(slow[0] + 0.1, slow[1]);
        // Then the second task's loss rises: it must lose what it gained.
        for (int epoch = 0; epoch < 10; epoch++)
            session.Run.EndEpoch([1, 1], [0.5 - 0.01 * epoch, 0.9 + 0.3 * epoch]);
        double[] diverging = session.Weigh([], [1, 1]);
        Assert.IsGreaterThan(diverging[1] + 0.1, diverging[0]);
    }

    [TestMethod]
    public void Weigh_GradDropWithManyDirections_KeepsMoreOfTheMajority()
    {
        // Two tasks agree, the third points the other way: its values are dropped more often.
        double[] jacobian = [1, 0, 1, 0.1, -1, 0.1];
        double[] weights = new WeightingSession(new GradDropWeighting { Directions = 4000 }, 3)
            .Weigh(Gramians.Of(jacobian, 3), [1, 1, 1]);
        Assert.IsLessThan(0.7 * weights[0], weights[2]);
        Assert.AreEqual(weights[0], weights[1], 0.05);
    }

    [TestMethod]
    public void Weigh_RandomLossWeights_AverageToEqual()
    {
        var session = new WeightingSession(new RandomLossWeighting(), 3);
        var sums = new double[3];
        for (int step = 0; step < 4000; step++)
            foreach ((int i, double weight) in session.Weigh([], [1, 1, 1]).Index())
                sums[i] += weight / 4000;
        foreach (double mean in sums)
            Assert.AreEqual(1, mean, 0.04);
    }

    private sealed record Fixture(Case[] Cases, StchCase Stch);

    private sealed record Case(string Weighting, double[][][] Jacobians, double[][] Losses, double[][]? After,
        bool AnyOf, double[][] Expected);

    private sealed record StchCase(double[] Losses, double[] Nadir, double Mu, double[] Expected);
}
