using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Linear;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Linear;

[TestClass]
public class LinearLearnerTests
{
    /// <summary>At a solution no small change of weights makes the objective lower, whatever the penalty and
    /// loss.</summary>
    [TestMethod]
    [DataRow(LinearPenalty.Ridge)]
    [DataRow(LinearPenalty.GroupLasso)]
    [DataRow(LinearPenalty.TraceNorm)]
    [DataRow(LinearPenalty.MeanRegularized)]
    public void Shrink_RandomMatrix_IsTheNearestOfAllNearby(LinearPenalty penalty)
    {
        var random = new RandomStream(3, "shrink");
        const int d = 5, k = 3;
        double[] start = [.. Enumerable.Range(0, d * k).Select(_ => random.NextNormal())];
        double[] best = [.. start];
        Penalty.Shrink(penalty, best, k, 0.7);
        double least = Objective(penalty, best, start, k, 0.7);
        for (int trial = 0; trial < 300; trial++)
        {
            double size = Math.Pow(10, -1 - trial % 4);
            double[] other = [.. best.Select(v => v + size * random.NextNormal())];
            Assert.IsGreaterThanOrEqualTo(least - 1e-12, Objective(penalty, other, start, k, 0.7));
        }
    }

    [TestMethod]
    [DataRow(LinearPenalty.Ridge)]
    [DataRow(LinearPenalty.MeanRegularized)]
    public void AddGradient_SmoothPenalty_IsWhatItsProximalStepMinimises(LinearPenalty penalty)
    {
        var random = new RandomStream(4, "gradient");
        const int d = 5, k = 3;
        double[] start = [.. Enumerable.Range(0, d * k).Select(_ => random.NextNormal())], best = [.. start];
        Penalty.Shrink(penalty, best, k, 0.7);
        // At the proximal point: V − W + amount·∇penalty(V) = 0.
        double[] gradient = [.. best.Zip(start, (v, w) => v - w)];
        double value = Penalty.AddGradient(penalty, best, k, 0.7, gradient);
        foreach (double g in gradient)
            Assert.AreEqual(0, g, 1e-12);
        double half = best.Zip(start, (v, w) => (v - w) * (v - w)).Sum() / 2;
        Assert.AreEqual(Objective(penalty, best, start, k, 0.7) - half, value, 1e-12);
    }

    [TestMethod]
    public void Fit_MixedTasksWithMissingLabels_GradientVanishesWithRidge()
    {
        TaskTable table = Problems.Mixed(150, 4, 0.3);
        const double strength = 0.05;
        LinearModel model = Fit(table, new LinearOptions { Strengths = [strength], Tolerance = 1e-7 }, 1);
        // Finite differences of the objective, from scores alone.
        float[] x = table.Features.ToArray();
        foreach (int f in (int[])[0, 3])
            for (int j = 0; j < model.OutputCount; j++)
            {
                double h = 1e-2, up = Objective(model, table, x, f, j, h, strength),
                    down = Objective(model, table, x, f, j, -h, strength);
                Assert.AreEqual(0, (up - down) / (2 * h), 2e-4);
            }
    }

    [TestMethod]
    public void Fit_OtherNumbersOfThreads_SameBits()
    {
        TaskTable table = Problems.Mixed(700, 30);
        LinearModel one = Fit(table, new LinearOptions(), 1), four = Fit(table, new LinearOptions(), 4);
        CollectionAssert.AreEqual(one.Weights, four.Weights);
        CollectionAssert.AreEqual(one.Bias, four.Bias);
    }

    [TestMethod]
    [DataRow(LinearPenalty.GroupLasso)]
    [DataRow(LinearPenalty.TraceNorm)]
    public void Fit_FewFeaturesCountForAll_SharedPenaltyBeatsRidge(LinearPenalty penalty)
    {
        var random = new RandomStream(5, "shared");
        const int n = 90, d = 60, k = 6;
        float[] x = new float[n * d], y = new float[n * k];
        foreach (ref float v in x.AsSpan())
            v = (float)random.NextNormal();
        double[] direction = [.. Enumerable.Range(0, d).Select(f => f < 4 ? 1.0 : 0)];
        for (int r = 0; r < n; r++)
            for (int t = 0; t < k; t++)
                y[r * k + t] = (float)((1 + 0.2 * t) * Enumerable.Range(0, d).Sum(f => direction[f] * x[r * d + f])
                    + 2 * random.NextNormal());
        var table = new TaskTable(x, d, [.. Enumerable.Range(0, k).Select(t =>
            new TaskInfo($"t{t}", TaskKind.Regression))], y);
        Assert.IsLessThan(Loss(table, LinearPenalty.Ridge), Loss(table, penalty));
    }

    [TestMethod]
    [DataRow(LinearPenalty.GroupLasso)]
    [DataRow(LinearPenalty.TraceNorm)]
    public void Fit_WeakStrengthsHelpNobody_AreLeftOutAndTheModelIsThatOfAll(LinearPenalty penalty)
    {
        // Two features of forty count, and the noise is strong.
        var random = new RandomStream(5, "noise");
        float[] x = new float[120 * 40], y = new float[120 * 2];
        foreach (ref float v in x.AsSpan())
            v = (float)random.NextNormal();
        for (int r = 0; r < 120; r++)
            for (int t = 0; t < 2; t++)
                y[r * 2 + t] = x[r * 40] - x[r * 40 + 1] + 3 * (float)random.NextNormal();
        var table = new TaskTable(x, 40, [new("a", TaskKind.Regression), new("b", TaskKind.Regression)], y);
        GroupFit fit = new LinearLearner(new() { Penalty = penalty }).Fit(table, Problems.Split(table), [0, 1],
            new LearnerRun());
        Assert.IsLessThan(13, fit.Epochs.Count);
        Assert.Contains("made no task better", fit.Notes[0]);
        double first = fit.Epochs[0].LearningRate;
        GroupFit all = new LinearLearner(new()
        {
            Penalty = penalty,
            Strengths = [.. Enumerable.Range(0, 13).Select(i => first * Math.Pow(10, -4 * i / 12.0))],
        }).Fit(table, Problems.Split(table), [0, 1], new LearnerRun());
        Assert.HasCount(13, all.Epochs);
        float[] a = ((LinearModel)fit.Models[0].Model).Weights, b = ((LinearModel)all.Models[0].Model).Weights;
        for (int i = 0; i < a.Length; i++)
            Assert.AreEqual(b[i], a[i], 1e-4);
    }

    [TestMethod]
    public void Fit_NoValidationRowsAndSeveralStrengths_SaysWhatToDo()
    {
        TaskTable table = Problems.Mixed();
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => new LinearLearner().Fit(table,
            new RowSplit([.. Enumerable.Range(0, 100)], []), [0, 1], new LearnerRun()));
        Assert.Contains("set Strengths to a single one", e.Message);
    }

    [TestMethod]
    public void Validate_StrengthsAscending_SaysWhichOne() => Assert.Contains(
        "Strengths[1] must be positive, finite and less than the one before", Assert.ThrowsExactly<
            ArgumentOutOfRangeException>(() => new LinearLearner(new() { Strengths = [1, 2] })).Message);

    private static double Loss(TaskTable table, LinearPenalty penalty) => new LinearLearner(
        new() { Penalty = penalty }).Fit(table, Problems.Split(table, 0.4), Problems.AllTasks(table), new LearnerRun())
            .Epochs.Min(e => e.TaskValidationLosses.Average());

    private static LinearModel Fit(TaskTable table, LinearOptions options, int threads) =>
        (LinearModel)new LinearLearner(options).Fit(table, Problems.Split(table), Problems.AllTasks(table),
            new LearnerRun { Threads = threads }).Models[0].Model;

    private static double Objective(LinearPenalty penalty, double[] w, double[] from, int k, double amount)
    {
        double distance = 0.5 * w.Zip(from, (a, b) => (a - b) * (a - b)).Sum();
        double[][] rows = [.. w.Chunk(k)];
        return distance + amount * (penalty switch
        {
            LinearPenalty.Ridge => 0.5 * w.Sum(v => v * v),
            LinearPenalty.GroupLasso => rows.Sum(r => Math.Sqrt(r.Sum(v => v * v))),
            LinearPenalty.TraceNorm => MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.OfRowArrays(rows).Svd(false)
                .S.Sum(),
            _ => rows.Sum(r => 0.5 * r.Sum(v => Math.Pow(v - r.Average(), 2))
                + 0.05 * k * Math.Pow(r.Average(), 2)),
        });
    }

    /// <summary>Σ mean losses + λ/2 ‖W‖² where one standardised weight is moved.</summary>
    private static double Objective(LinearModel model, TaskTable table, float[] x, int feature, int output,
        double change, double strength)
    {
        int[] train = [.. Problems.Split(table).Train.Where(r =>
            Enumerable.Range(0, table.Tasks.Count).Any(t => table.IsObserved(r, t)))];
        int d = table.FeatureCount, k = model.OutputCount;
        double mean = train.Average(r => (double)x[r * d + feature]);
        double total = 0, norm = 0;
        for (int t = 0, from = 0; t < table.Tasks.Count; from += table.Tasks[t++].OutputCount)
        {
            int[] own = [.. train.Where(r => table.IsObserved(r, t))];
            double weights = own.Sum(r => (double)table.Weight(r, t)), sum = 0;
            double centre = own.Sum(r => (double)table.Weight(r, t) * table.Label(r, t)) / weights, scale = 1;
            if (table.Tasks[t].Kind == TaskKind.Regression)
                scale = Math.Sqrt(own.Sum(r => table.Weight(r, t) * Math.Pow(table.Label(r, t) - centre, 2)) / weights);
            foreach (int r in own)
            {
                float[] raw = new float[k];
                model.Score(x.AsSpan(r * d, d), 1, [], raw);
                double[] z = [.. raw.Skip(from).Take(table.Tasks[t].OutputCount).Select((v, j) => v / scale
                    + (from + j == output ? change
                        * (x[r * d + feature] - mean) / Deviation(x, train, d, feature) : 0))];
                double label = table.Label(r, t);
                sum += table.Weight(r, t) * (table.Tasks[t].Kind switch
                {
                    TaskKind.Regression => 0.5 * Math.Pow(z[0] - label / scale, 2),
                    TaskKind.Binary => Math.Log(1 + Math.Exp(label > 0 ? -z[0] : z[0])),
                    _ => Math.Log(z.Sum(Math.Exp)) - z[(int)label],
                });
            }
            total += sum / weights;
            for (int j = 0; j < table.Tasks[t].OutputCount; j++)
                for (int f = 0; f < d; f++)
                    norm += Math.Pow(model.Weight(f, from + j) * Deviation(x, train, d, f) / scale
                        + (f == feature && from + j == output ? change : 0), 2);
        }
        return total + strength / 2 * norm;
    }

    private static double Deviation(float[] x, int[] rows, int d, int feature)
    {
        double mean = rows.Average(r => (double)x[r * d + feature]);
        return Math.Sqrt(rows.Average(r => Math.Pow(x[r * d + feature] - mean, 2)));
    }
}
