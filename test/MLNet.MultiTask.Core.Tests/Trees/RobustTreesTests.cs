using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Trees;

[TestClass]
public class RobustTreesTests
{
    private const int Features = 4;

    private static readonly BoostedTreesOptions Small = new()
    {
        NumberOfLeaves = 6, LearningRate = 0.2, MinimumExampleCountPerLeaf = 5,
    };

    [TestMethod]
    public void Fit_TaskTreesAlone_EqualsOneForestPerTask()
    {
        TaskTable table = Indexed(3, 60);
        RowSplit split = AllRows(table);
        var robust = new RobustTreesLearner(new() { Forest = Small, CommonTrees = 0, GatedTrees = 0, TaskTrees = 8 });
        float[] scores = Scores(robust, table, split);
        for (int t = 0; t < 3; t++)
        {
            var alone = (BoostedForest)new BoostedTreesLearner(Small with { NumberOfTrees = 8 })
                .Fit(table, split, [t], new LearnerRun()).Models[0].Model;
            float[] own = new float[table.RowCount];
            alone.Score(table.Features.ToArray(), table.RowCount, own, []);
            // Bins are those of all tasks' rows together, so far rows of other tasks may fall between thresholds.
            foreach (int r in Enumerable.Range(0, table.RowCount).Where(r => table.IsObserved(r, t)))
                Assert.AreEqual(own[r], scores[r * 3 + t], 1e-3f);
        }
    }

    [TestMethod]
    public void Fit_CommonTreesAlone_EqualsOneForestOnPooledRows()
    {
        TaskTable table = Indexed(3, 60);
        float[] pooled = new float[table.RowCount];
        for (int r = 0; r < pooled.Length; r++)
            pooled[r] = Enumerable.Range(0, 3).Select(t => table.Label(r, t)).Single(y => !float.IsNaN(y));
        var one = new TaskTable(table.Features, [new TaskInfo("all", TaskKind.Binary)], pooled);
        var robust = new RobustTreesLearner(new() { Forest = Small, CommonTrees = 8, GatedTrees = 0, TaskTrees = 0 });
        var model = (BoostedForest)robust.Fit(table, AllRows(table), [0, 1, 2], new LearnerRun()).Models[0].Model;
        for (int m = 0; m < 8; m++)
            for (int l = 0; l < model.Trees[m].LeafCounts.Length; l++)
                Assert.AreEqual(1, model.Trees[m].Leaf(l).ToArray().Distinct().Count());
        var reference = (BoostedForest)new BoostedTreesLearner(Small with { NumberOfTrees = 1 })
            .Fit(one, AllRows(one), [0], new LearnerRun()).Models[0].Model;
        // The first trees differ by the tasks' own starts only: the questions at the root are the same.
        Assert.AreEqual(reference.Trees[0].Nodes[0].Feature, model.Trees[0].Nodes[0].Feature);
    }

    [TestMethod]
    public void Fit_CommonSignalAndOutlierTask_BetterThanPooled()
    {
        TaskTable table = Indexed(6, 80, outlier: true);
        RowSplit split = Problems.Split(table, 0.3);
        double pooled = Loss(new(), split, table, gated: 0, own: 0), full = Loss(new(), split, table, 40, 40);
        Assert.IsLessThan(pooled, full);
    }

    [TestMethod]
    public void Score_BatchWithoutATask_GivesTheOthersTheSameScores()
    {
        TaskTable table = Indexed(4, 50);
        var learner = new RobustTreesLearner(new() { Forest = Small, CommonTrees = 5, GatedTrees = 5, TaskTrees = 5 });
        IGroupModel model = learner.Fit(table, AllRows(table), [0, 1, 2, 3], new LearnerRun()).Models[0].Model;
        float[] all = new float[table.RowCount * 4], x = table.Features.ToArray();
        model.Score(x, table.RowCount, all, []);
        int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(r => !table.IsObserved(r, 1))];
        float[] some = new float[rows.Length * 4], features = new float[rows.Length * Features];
        table.Features.CopyRows(rows, features);
        model.Score(features, rows.Length, some, []);
        for (int i = 0; i < rows.Length; i++)
            CollectionAssert.AreEqual(all[(4 * rows[i])..(4 * rows[i] + 4)], some[(4 * i)..(4 * i + 4)]);
    }

    [TestMethod]
    public void Fit_OtherNumbersOfThreads_SameBits()
    {
        TaskTable table = Indexed(3, 60);
        var learner = new RobustTreesLearner(new() { Forest = Small, CommonTrees = 4, GatedTrees = 4, TaskTrees = 4 });
        CollectionAssert.AreEqual(Scores(learner, table, Problems.Split(table), 1),
            Scores(learner, table, Problems.Split(table), 4));
    }

    [TestMethod]
    public void Fit_TasksOfDifferentKinds_SaysWhich()
    {
        TaskTable table = Problems.Mixed();
        Assert.Contains("'class' (Multiclass), 'value' (Regression) are not like 'bin' (Binary)",
            Assert.ThrowsExactly<ArgumentException>(() => new RobustTreesLearner().Fit(table, Problems.Split(table),
                [0, 1, 2], new LearnerRun())).Message);
    }

    /// <summary>Rows of one task each, whose binary labels follow a common signal; the last task may go against
    /// it.</summary>
    private static TaskTable Indexed(int tasks, int rowsPerTask, bool outlier = false)
    {
        var random = new RandomStream(12, "indexed");
        int n = tasks * rowsPerTask;
        float[] x = new float[n * Features], y = new float[n * tasks];
        Array.Fill(y, float.NaN);
        foreach (ref float v in x.AsSpan())
            v = MathF.Round((float)random.NextNormal() * 4) / 4;
        for (int r = 0; r < n; r++)
        {
            int task = r % tasks;
            double signal = x[r * Features] * x[r * Features + 1] > 0 ? 1 : -1;
            if (outlier && task == tasks - 1)
                signal = -signal;
            y[r * tasks + task] = signal + 0.6 * random.NextNormal() > 0 ? 1 : 0;
        }
        return new TaskTable(x, Features, [.. Enumerable.Range(0, tasks).Select(t =>
            new TaskInfo($"t{t}", TaskKind.Binary))], y);
    }

    private static RowSplit AllRows(TaskTable table) => new([.. Enumerable.Range(0, table.RowCount)], []);

    private static float[] Scores(RobustTreesLearner learner, TaskTable table, RowSplit split, int? threads = null)
    {
        IGroupModel model = learner.Fit(table, split, Problems.AllTasks(table), new LearnerRun { Threads = threads })
            .Models[0].Model;
        var scores = new float[table.RowCount * model.OutputCount];
        model.Score(table.Features.ToArray(), table.RowCount, scores, []);
        return scores;
    }

    private static double Loss(LearnerRun run, RowSplit split, TaskTable table, int gated, int own)
    {
        IGroupModel model = new RobustTreesLearner(new()
        {
            Forest = Small, CommonTrees = 40, GatedTrees = gated, TaskTrees = own,
        }).Fit(table, split, Problems.AllTasks(table), run).Models[0].Model;
        float[] scores = new float[model.OutputCount];
        double loss = 0;
        foreach (int r in split.Validation)
            for (int t = 0; t < table.Tasks.Count; t++)
                if (table.IsObserved(r, t))
                {
                    model.Score(table.FeatureRow(r), 1, scores, []);
                    loss -= Math.Log(table.Label(r, t) > 0 ? scores[t] : 1 - scores[t]);
                }
        return loss;
    }
}
