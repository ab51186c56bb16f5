using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class TrainingForecastTests
{
    private const int Tasks = 9;

    // What is learnt of groups of three to five says of one task alone that it would lose less than nothing.
    [TestMethod]
    public void Predict_FarFromAllRuns_IsNotNegative()
    {
        TrainingForecast forecast = Fit(size => 0.002 + 0.02 * (size - 3));
        Assert.AreEqual(0, forecast.Losses([4], null).Single());
        Assert.AreEqual(0, forecast.Predict([4], null).Single().Loss);
        Assert.AreEqual(0.022, forecast.Losses([1, 3, 4, 7], null)[1], 0.005);
        Assert.IsTrue(forecast.Losses([.. Enumerable.Range(0, Tasks)], null)[0] > 0.06);
    }

    private static TrainingForecast Fit(Func<int, double> loss)
    {
        TaskInfo[] tasks = [.. Enumerable.Range(0, Tasks).Select(t => new TaskInfo($"{t}", TaskKind.Regression))];
        var stream = new RandomStream(1, "noise");
        ProbeRun[] runs = [.. ProbeDesign.Of([.. tasks.Select(t => t.Name)], 60, null, 1).Select(design =>
            new ProbeRun(design.Members, design.Draw,
                [[.. design.Members.Select(_ => loss(design.Members.Length) + 1e-4 * stream.NextNormal())]], [0], 0))];
        return TrainingForecast.Fit(tasks, new ProbeRuns(runs, 5, 0), own: true, (_, l) => l, null,
            new double[Tasks], null, trusting: true, quick: false, 1, CancellationToken.None);
    }
}
