using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Evaluation;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class ProbeRunsTests
{
    // The loss falls at once and again after a pause of so many epochs.
    [TestMethod]
    [DataRow(0, 30, 5)]
    [DataRow(4, 30, 5)]
    [DataRow(7, 30, 10)]
    [DataRow(25, 30, 30)]
    [DataRow(7, 8, 8)]
    [DataRow(7, 3, 3)]
    [DataRow(25, int.MaxValue, 40)]
    public void EnoughFor_FallAfterAPause_IsThePatienceThatSeesIt(int pause, int own, int expected)
    {
        double[] course = [3, 2, .. Enumerable.Repeat(2.5, pause), 1, .. Enumerable.Repeat(1.5, 30)];
        ProbeRun run = Run(course);
        Assert.AreEqual(expected, ProbeRuns.EnoughFor([run, run], 5, own));
    }

    [TestMethod]
    public void EnoughFor_FallBelowAHundredth_IsTheLeast() =>
        Assert.AreEqual(5, ProbeRuns.EnoughFor([Run([3, 2, .. Enumerable.Repeat(2.5, 12), 1.99, 2.5])], 5, 30));

    // The mean is best where one member is; the other goes on to fall.
    [TestMethod]
    public void EnoughFor_OneMemberGetsBetterLater_CountsItsOwnBest()
    {
        double[][] course = [[1, 1], [0.1, 0.9], .. Enumerable.Range(0, 8).Select(_ => new[] { 5.0, 0.9 }), [5, 0.5]];
        var run = new ProbeRun([0, 1], 0, course, [.. course.Select(losses => losses.Average())], 0);
        Assert.AreEqual(10, ProbeRuns.EnoughFor([run], 5, 30));
    }

    // What groups are found by must not hang on how patient the runs were after all.
    [TestMethod]
    public void Sooner_PatientRuns_AreThoseOfLessPatience()
    {
        (TaskTable table, _) = MultiTabBench.Generate(new() { Rows = 120, Seed = 5 });
        RowSplit split = RowSplit.Random(120, 0.25, 1);
        (int[] Members, int Draw)[] design =
            [.. Enumerable.Range(0, 9).Select(n => (new[] { n % 4, 4 + n % 3, 8 + n % 4 }, n % 2))];
        ProbeRuns Train(int patience) => ProbeRuns.Train(table, split, design,
            new() { ProbePatience = patience, Training = new() { Patience = 30 } }, CancellationToken.None);
        ProbeRuns hasty = Train(2), patient = Train(20).Sooner(2);
        Assert.AreEqual(hasty.Sooner(2).Patience, patient.Patience);
        Assert.IsTrue(patient.All[^1].Course.Length > hasty.Sooner(2).All[^1].Length(2), "nothing is cut off");
        for (int run = 0; run < design.Length; run++)
        {
            Assert.AreEqual(hasty.All[run].Length(2), patient.All[run].Length(2));
            CollectionAssert.AreEqual(hasty.All[run].AtOwnBest(2), patient.All[run].AtOwnBest(2));
            CollectionAssert.AreEqual(hasty.All[run].AtCommonStop(2), patient.All[run].AtCommonStop(2));
        }
    }

    private static ProbeRun Run(double[] course) => new([0], 0, [.. course.Select(loss => new[] { loss })], course, 0);
}
