using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Tabular;

[TestClass]
public sealed class TemperatureScalingTests
{
    private static readonly TaskTable Table = Problems.Mixed(300);
    private static readonly int[] Rows = [.. Enumerable.Range(180, 120)];
    private static readonly TrainingProblem Problem =
        new(Table, new RowSplit([.. Enumerable.Range(0, 180)], Rows), [0, 1, 2]);

    [TestMethod]
    [DataRow(0.05)]
    [DataRow(1.0)]
    [DataRow(6.0)]
    public void Evaluate_OutputsOfAnyScale_FindsTheFactorThatAGridFinds(double scale)
    {
        float[] outputs = Outputs(scale), factors = new float[3];
        double[] losses = Scaling(true).Evaluate(Rows, outputs, factors);
        Assert.AreEqual(1f, factors[2]);
        for (int t = 0; t < 2; t++)
        {
            (double best, double least) = (0, double.PositiveInfinity);
            for (double log = -3; log <= 3; log += 0.001)
                if (Loss(outputs, t, Math.Exp(log)) * Weight(t) + log * log / 2 is var own && own < least)
                    (best, least) = (Math.Exp(log), own);
            Assert.AreEqual(1, factors[t] / best, 5e-3, $"task {t}");
            Assert.AreEqual(Loss(outputs, t, factors[t]), losses[t], 1e-9);
        }
    }

    [TestMethod]
    public void Evaluate_WithoutScaling_IsTheLossAsItIs()
    {
        float[] outputs = Outputs(4), factors = new float[3];
        double[] losses = Scaling(false).Evaluate(Rows, outputs, factors);
        CollectionAssert.AreEqual(new[] { 1f, 1f, 1f }, factors);
        for (int t = 0; t < 3; t++)
            Assert.AreEqual(Loss(outputs, t, 1), losses[t], 1e-9);
    }

    [TestMethod]
    public void Evaluate_TaskWithoutLabels_IsNaNWithFactorOne()
    {
        float[] labels = [.. Table.Labels];
        foreach (int row in Rows)
            labels[row * 3] = float.NaN;
        var problem = new TrainingProblem(new TaskTable(Table.Features.ToArray(), 5, Table.Tasks, labels),
            new RowSplit([.. Enumerable.Range(0, 180)], Rows), [0, 1, 2]);
        var factors = new float[3];
        double[] losses = new TemperatureScaling(problem, new NetworkShape(5, [], Table.Tasks), true)
            .Evaluate(Rows, Outputs(2), factors);
        Assert.IsTrue(double.IsNaN(losses[0]));
        Assert.AreEqual(1f, factors[0]);
    }

    private static TemperatureScaling Scaling(bool scales) =>
        new(Problem, new NetworkShape(5, [], Table.Tasks), scales);

    // Signals of the features that the labels hang on, made too sure or not sure enough.
    private static float[] Outputs(double scale) => [.. Rows.SelectMany(row =>
    {
        ReadOnlySpan<float> x = Table.FeatureRow(row);
        float[] own = [x[0] + x[1], -x[0] - 2 * x[2], 0.3f, x[0] + 2 * x[2], x[0]];
        return own.Select(v => (float)(scale * v));
    })];

    private static double Weight(int task) => Rows.Sum(r => (double)Table.Weight(r, task));

    private static double Loss(float[] outputs, int task, double factor)
    {
        double total = 0;
        for (int i = 0; i < Rows.Length; i++)
        {
            if (!Table.IsObserved(Rows[i], task))
                continue;
            double y = Table.Label(Rows[i], task);
            double[] z = [.. outputs.Skip(i * 5 + (task == 0 ? 0 : task == 1 ? 1 : 4)).Take(task == 1 ? 3 : 1)
                .Select(v => factor * v)];
            total += Table.Weight(Rows[i], task) * (task switch
            {
                0 => Math.Log(1 + Math.Exp(y > 0 ? -z[0] : z[0])),
                1 => Math.Log(z.Sum(Math.Exp)) - z[(int)y],
                _ => Math.Pow(z[0] - (y - Problem.Means[2]) / Problem.Scales[2], 2),
            });
        }
        return total / Weight(task);
    }
}
