using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class OutcomeForecastTests
{
    private const int Tasks = 6, Draws = 3;

    // All groups of a task share the luck of the few draws; errors that forgot it covered two of three expectations.
    [TestMethod]
    public void Predict_EveryGroupTrainedWithAFewDraws_ErrorsCountTheLuckOfTheDraws()
    {
        const int worlds = 60;
        int within = 0, all = 0;
        for (int world = 0; world < worlds; world++)
        {
            var stream = new RandomStream((ulong)world, "world");
            double[] luck = [.. Enumerable.Range(0, Draws * Tasks).Select(_ => 0.1 * stream.NextNormal())];
            ProbeRun[] runs = [.. ProbeDesign.Of(Tasks, 0, Draws, 1).Select(design => new ProbeRun(design.Members,
                design.Draw, [[.. design.Members.Select(t =>
                    1 + t + luck[design.Draw * Tasks + t] + 0.05 * stream.NextNormal())]], [0], 0))];
            OutcomeForecast forecast = Fit(runs, [.. runs.Select(_ => Array.Empty<double[]>())], 0);
            foreach ((PredictedLoss predicted, int task) in forecast.Predict([0, 2, 3, 5], []).Zip([0, 2, 3, 5]))
            {
                within += Math.Abs(predicted.Loss - 1 - task) <= 1.645 * predicted.StandardError ? 1 : 0;
                all++;
            }
        }
        Assert.IsTrue((double)within / all is >= 0.85 and <= 0.95, $"{within} of {all}");
    }

    // Outcomes have a spread of a half.
    [TestMethod]
    [DataRow(0.25, 1.0)]
    [DataRow(2.5, 0.2)]
    public void Losses_EstimateOfTheOutcome_CountsInFullUnlessItVariesMore(double spread, double weight)
    {
        var stream = new RandomStream(5, "estimates");
        ProbeRun[] runs = [.. ProbeDesign.Of(Tasks, 0, Draws, 1).Select(design => new ProbeRun(design.Members,
            design.Draw, [[.. design.Members.Select(_ => 0.5 * stream.NextNormal())]], [0], 0))];
        double[][][] estimates = [.. runs.Select(run =>
            new[] { run.Members.Select(_ => spread * stream.NextNormal()).ToArray() })];
        OutcomeForecast forecast = Fit(runs, estimates, 1);
        double Loss(double estimate) => forecast.Losses([0, 1], [[estimate, 0]])[0];
        Assert.AreEqual(weight, Loss(1) - Loss(0), 0.02);
        Assert.AreEqual(weight * spread / 0.5, forecast.Weights[0], 0.05);
    }

    private static OutcomeForecast Fit(ProbeRun[] runs, double[][][] estimates, int losses) =>
        OutcomeForecast.Fit(new double[Tasks], runs, [.. runs.Select(run => run.Course[0])], estimates, losses, [],
            quick: true, 1, CancellationToken.None);
}
