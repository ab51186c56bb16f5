using MLNet.MultiTask.Gradients;

namespace MLNet.MultiTask.Tests.Gradients;

[TestClass]
public class LossCellsTests
{
    [TestMethod]
    [DataRow(TaskKind.Binary, 1)]
    [DataRow(TaskKind.Multiclass, 1)]
    [DataRow(TaskKind.Regression, 1)]
    [DataRow(TaskKind.Binary, 37)]
    [DataRow(TaskKind.Multiclass, 37)]
    [DataRow(TaskKind.Regression, 37)]
    [DataRow(TaskKind.Binary, LossCells.Most)]
    [DataRow(TaskKind.Multiclass, LossCells.Most)]
    [DataRow(TaskKind.Regression, LossCells.Most)]
    public void Sum_CellsOfAnyNumber_IsThatOfTheirLosses(TaskKind kind, int count)
    {
        int outputs = kind == TaskKind.Multiclass ? 3 : 1;
        var cells = new LossCells(outputs);
        var random = new RandomStream(5, "cells");
        // What a longer block left behind must not count.
        for (int i = 0; i < LossCells.Most; i++)
            cells.Add(TaskKind.Regression, [1e6f], 0, 1e6f);
        cells.Clear();
        double total = 0, weights = 0;
        for (int i = 0; i < count; i++)
        {
            // Margins from −60 to 60: both sides of every branch.
            float[] z = [.. Enumerable.Range(0, outputs).Select(_ => 120 * random.NextSingle() - 60)];
            float target = i % outputs + (outputs == 1 ? i % 2 : 0), weight = 0.1f + random.NextSingle();
            cells.Add(kind, z, target, weight);
            total += (double)weight * OutputLoss.At(kind, z, target, new float[outputs]).Loss;
            weights += weight;
        }
        LossSum sum = cells.Sum(kind);
        Assert.AreEqual(total, sum.Total, 1e-6 * total + 1e-9);
        Assert.AreEqual(weights, sum.Weight, 1e-9 * weights);
    }

    [TestMethod]
    public void Sum_OutputThatIsNoNumber_IsNone()
    {
        var cells = new LossCells(1);
        cells.Add(TaskKind.Binary, [1], 1, 1);
        cells.Add(TaskKind.Binary, [float.NaN], 1, 1);
        Assert.IsTrue(double.IsNaN(cells.Sum(TaskKind.Binary).Total));
    }
}
