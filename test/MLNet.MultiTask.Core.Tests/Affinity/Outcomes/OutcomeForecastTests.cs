using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class OutcomeForecastTests
{
    private const int Tasks = 5;

    private static readonly (int[] Members, int Draw)[] s_design =
        ProbeDesign.Of([.. Enumerable.Range(0, Tasks).Select(t => $"{t}")], 0, null, 1);

    // All groups of a task share the luck of the draws; errors that forgot it covered two of three expectations.
    [TestMethod]
    public void Predict_EveryGroupTrained_ErrorsCountTheLuckOfTheDraws()
    {
        const int worlds = 60;
        int within = 0, all = 0;
        double run = 0;
        for (int world = 0; world < worlds; world++)
        {
            var stream = new RandomStream((ulong)world, "world");
            double[] luck = [.. Enumerable.Range(0, s_design.Length * Tasks).Select(_ => 0.1 * stream.NextNormal())];
            OutcomeForecast forecast = Fit((members, draw) => [.. members.Select(t =>
                1 + t + luck[draw * Tasks + t] + 0.05 * stream.NextNormal())], [], 0, quick: false);
            foreach ((PredictedLoss predicted, int task) in forecast.Predict([0, 2, 3], []).Zip([0, 2, 3]))
            {
                within += Math.Abs(predicted.Loss - 1 - task) <= 1.645 * predicted.StandardError ? 1 : 0;
                all++;
                run += predicted.RunDeviation;
            }
        }
        Assert.IsTrue((double)within / all is >= 0.85 and <= 0.95, $"{within} of {all}");
        Assert.AreEqual(Math.Sqrt(0.1 * 0.1 + 0.05 * 0.05), run / all, 0.01);
    }

    // Outcomes have a spread of a half.
    [TestMethod]
    [DataRow(0.25, 1.0)]
    [DataRow(2.5, 0.2)]
    public void Losses_EstimateOfTheOutcome_CountsInFullUnlessItVariesMore(double spread, double weight)
    {
        OutcomeForecast forecast = Fit(Normals("outcomes", 0.5), [Normals("estimates", spread)], 1, quick: true);
        Assert.AreEqual(weight, Slope(forecast), 0.02);
        Assert.AreEqual(weight * spread / 0.5, forecast.Weights[0], 0.05);
    }

    [TestMethod]
    public void Losses_EstimateThatTheRunsBearOut_CountsInFull()
    {
        Func<int[], int, double[]> estimate = Normals("estimates", 0.4), rest = Normals("rest", 0.4);
        OutcomeForecast forecast =
            Fit((members, draw) => [.. estimate(members, draw).Zip(rest(members, draw), (e, r) => e + r)],
                [Normals("estimates", 0.4)], 1, quick: false);
        Assert.AreEqual(1, Slope(forecast), 1e-9);
    }

    [TestMethod]
    public void Losses_EstimateThatTheRunsClearlyContradict_LosesItsWeight()
    {
        OutcomeForecast forecast = Fit(Normals("outcomes", 0.5), [Normals("estimates", 0.5)], 1, quick: false);
        Assert.IsTrue(Math.Abs(Slope(forecast)) < 0.25, $"weight {Slope(forecast)}");
    }

    private static double Slope(OutcomeForecast forecast)
    {
        double Loss(double estimate) => forecast.Losses([0, 1], [[estimate, 0]])[0];
        return Loss(1) - Loss(0);
    }

    private static Func<int[], int, double[]> Normals(string purpose, double spread)
    {
        var stream = new RandomStream(5, purpose);
        return (members, _) => [.. members.Select(_ => spread * stream.NextNormal())];
    }

    private static OutcomeForecast Fit(Func<int[], int, double[]> outcome, Func<int[], int, double[]>[] estimates,
        int losses, bool quick)
    {
        ProbeRun[] runs = [.. s_design.Select(design =>
            new ProbeRun(design.Members, design.Draw, [outcome(design.Members, design.Draw)], [0], 0))];
        return OutcomeForecast.Fit(new double[Tasks], runs, [.. runs.Select(run => run.Course[0])],
            [.. runs.Select(run => estimates.Select(e => e(run.Members, run.Draw)).ToArray())], losses, [], quick, 1,
            CancellationToken.None);
    }
}
