using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class FoldedCourseTests
{
    private static readonly double[] s_weights = [1, 3, 2, 1];

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Judged_Epochs_EveryFoldIsJudgedAtTheEpochTheOthersChoose(bool own)
    {
        TaskTable table = AffinityFixture.Mixed(30);
        int[] rows = [.. Enumerable.Range(3, 25)], members = [0, 1, 3];
        SharedBottomNetwork[] epochs = [.. Enumerable.Range(0, 9).Select(e => Epoch(table, members, e))];
        var folds = new ValidationFolds(table, rows, 1);
        var course = new FoldedCourse(folds, members);
        ITrainingObserver observer = course.Watch(table.Select(members));
        foreach (SharedBottomNetwork epoch in epochs)
            observer.OnEpoch(epoch, 1);
        double[][] judged = course.Judged(own, Relative, s_weights);
        int[][] parts = Parts(table, rows);
        Assert.HasCount(ValidationFolds.Most, judged);
        for (int f = 0; f < parts.Length; f++)
        {
            double Loss(int e, int k, bool inside) =>
                Mean(table, epochs[e], members, k, [.. rows.Where(row => parts[f].Contains(row) == inside)]);
            for (int k = 0; k < members.Length; k++)
            {
                int best = Enumerable.Range(0, epochs.Length).MinBy(e => own ? Loss(e, k, false)
                    : members.Select((t, m) => s_weights[t] * Relative(t, Loss(e, m, false))).Sum());
                Assert.AreEqual(Loss(best, k, true), judged[f][k], 1e-5, $"fold {f}, member {k}");
            }
        }
    }

    [TestMethod]
    public void Mean_AllFoldsOrAllButOne_IsTheMeanOverTheirRows()
    {
        TaskTable table = AffinityFixture.Mixed(30);
        int[] rows = [.. Enumerable.Range(3, 25)], members = [1, 2];
        SharedBottomNetwork network = Epoch(table, members, 2);
        var folds = new ValidationFolds(table, rows, 1);
        var course = new FoldedCourse(folds, members);
        double[][] losses = [.. folds.Evaluators.Select(fold => fold.Losses(network, table.Select(members)))];
        int[][] parts = Parts(table, rows);
        for (int without = -1; without < parts.Length; without++)
            for (int k = 0; k < members.Length; k++)
                Assert.AreEqual(Mean(table, network, members, k,
                    [.. rows.Where(row => without < 0 || !parts[without].Contains(row))]),
                    course.Mean(losses, without)[k], 1e-5);
    }

    [TestMethod]
    public void ValidationFolds_FewRows_OneEach() =>
        Assert.HasCount(5, new ValidationFolds(AffinityFixture.Mixed(20), [2, 5, 7, 11, 13], 1).Evaluators);

    private static double Relative(int task, double loss) => loss / (task + 1);

    // The folds as they are said to be: shuffled rows dealt in turn.
    private static int[][] Parts(TaskTable table, int[] rows)
    {
        int[] order = [.. rows];
        new RandomStream(1, "folds").Shuffle<int>(order);
        int[][] parts = [.. Enumerable.Range(0, 8).Select(f => order.Where((_, place) => place % 8 == f).ToArray())];
        CollectionAssert.AreEquivalent(rows, parts.SelectMany(p => p).ToArray());
        Assert.IsTrue(parts.All(p => p.Any(row => table.IsObserved(row, 0))), "every fold has labels");
        return parts;
    }

    private static double Mean(TaskTable table, SharedBottomNetwork network, int[] members, int k, int[] rows)
    {
        double sum = 0, weight = 0;
        foreach (int row in rows.Where(row => table.IsObserved(row, members[k])))
        {
            double own = table.Weight(row, members[k]);
            sum += own * new ForwardEvaluator(table.Select(members), [row]).Losses(network, [k])[0];
            weight += own;
        }
        return sum / weight;
    }

    private static SharedBottomNetwork Epoch(TaskTable table, int[] members, int epoch)
    {
        SharedBottomNetwork network = AffinityFixture.Network(table.Select(members), 5);
        var random = new RandomStream(6, "epoch", epoch);
        foreach (ref float p in network.Parameters.AsSpan())
            p += 0.4f * (float)random.NextNormal();
        return network;
    }
}
