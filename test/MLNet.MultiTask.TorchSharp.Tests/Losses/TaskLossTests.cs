using MLNet.MultiTask.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Losses;

/// <summary>
/// Losses against their formulas in double precision, and their gradients against finite differences.
/// </summary>
[TestClass]
public sealed class TaskLossTests : TorchTests
{
    private static readonly TaskInfo[] Group =
    [
        new("a", TaskKind.Binary), new("b", TaskKind.Binary), new("c", TaskKind.Binary),
        new("kind", TaskKind.Multiclass, ["x", "y", "z", "w"]), new("rating", TaskKind.Regression),
    ];

    private static readonly float[,] Labels =
    {
        { 1, 0, 1, 2, 0.5f }, { 0, 0, 1, 0, 1.5f }, { 1, 1, 1, 2, -1 }, { 0, 1, 0, 2, 0.2f }, { 0, 0, 0, 3, 2 },
    };

    private static readonly float[,] Weights =
    {
        { 1, 1, 1, 1, 1 }, { 2, 1, 0, 1, 1 }, { 1, 0.5f, 1, 1, 1 }, { 1, 1, 1, 2, 1 }, { 1, 1, 1, 1, 0 },
    };

    private static readonly float[] Start = [.. Enumerable.Range(0, 40).Select(i => MathF.Sin(3 * i) * 1.5f)];

    [TestMethod]
    [DataRow("decoupled-softmax", "a,b,c")]
    [DataRow("info-nce(temperature=0.7)", "a,b,c")]
    [DataRow("info-nce(against=rows)", "b")]
    [DataRow("z-loss(a=0.8; b=1.2)", "kind")]
    [DataRow("preference(by=rating; weight=0.6)", "a,kind")]
    public void Sums_EveryLoss_IsTheFormulaAndItsGradientTheFiniteDifference(string loss, string tasks)
    {
        int[] numbers = [.. tasks.Split(',').Select(n => Array.FindIndex(Group, t => t.Name == n))];
        ITaskLoss method = BuiltInLosses.Parse(loss).Loss;
        using Tensor outputs = tensor(Start, [5, 8]).requires_grad_();

        Tensor sums = method.Sums(Batch(outputs), numbers);
        sums.sum().backward();

        double[] expected = [.. numbers.Select(t => Formula(loss, Start, numbers, t))];
        float[] actual = [.. sums.data<float>()], gradient = [.. outputs.grad!.data<float>()];
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-4, $"task {i}");
        for (int i = 0; i < Start.Length; i++)
        {
            double At(float step)
            {
                float[] moved = [.. Start];
                moved[i] += step;
                return numbers.Sum(t => Formula(loss, moved, numbers, t));
            }
            Assert.AreEqual((At(1e-3f) - At(-1e-3f)) / 2e-3, gradient[i], 2e-3, $"output {i}");
        }
    }

    /// <summary>Scores 0 against three negatives of 0: ln 4, whatever the other positives score.</summary>
    [TestMethod]
    public void PositivesAgainstNegatives_EqualScores_IsTheLogOfTheNegativesPlusOne()
    {
        Tensor losses = PositivesAgainstNegatives.Losses(tensor(new float[] { 0, 100, 0, 0, 0 }, [1, 5]),
            tensor(new float[] { 1, 1, 0, 0, 0 }, [1, 5]), ones(1, 5), 1);

        Assert.AreEqual(Math.Log(4), losses[0, 0].item<float>(), 1e-6);
        Assert.AreEqual(0, losses[0, 1].item<float>(), 1e-6);
    }

    [TestMethod]
    public void PositivesAgainstNegatives_NoNegativeOrNoPositive_IsZeroWithAZeroGradient()
    {
        using Tensor scores = tensor(new float[] { 1, 2, 3, 4 }, [2, 2]).requires_grad_();
        Tensor losses = PositivesAgainstNegatives.Losses(scores, tensor(new float[] { 1, 1, 0, 0 }, [2, 2]),
            ones(2, 2), 1);
        losses.sum().backward();

        Assert.AreEqual(0, losses.abs().max().item<float>());
        Assert.AreEqual(0, scores.grad!.abs().max().item<float>());
    }

    /// <summary>Outputs −1, 0, 1: σ = √(2/3), z of the last class √1.5; a = 2, b = 0: ½·ln(1 + e^(−2√1.5)).</summary>
    [TestMethod]
    public void ZLoss_ThreeOutputs_IsTheClosedFormAndSeesNoShiftOrScale()
    {
        var loss = (ZLoss)BuiltInLosses.Parse("z-loss(a=2; b=0)").Loss;
        Tensor outputs = tensor(new float[] { -1, 0, 1 }, [1, 3]), label = tensor(new float[] { 2 });

        Assert.AreEqual(0.5 * Math.Log(1 + Math.Exp(-2 * Math.Sqrt(1.5))),
            loss.Losses(outputs, label).item<float>(), 1e-6);
        Assert.AreEqual(loss.Losses(outputs, label).item<float>(),
            loss.Losses(outputs * 7 + 100, label).item<float>(), 1e-5);
    }

    [TestMethod]
    public void ZLoss_EqualOutputs_HasAFiniteGradient()
    {
        var loss = (ZLoss)BuiltInLosses.Parse("z-loss").Loss;
        using Tensor outputs = ones(2, 4).requires_grad_();
        loss.Losses(outputs, tensor(new float[] { 2, 0 })).sum().backward();

        Assert.IsTrue(outputs.grad!.isfinite().all().item<bool>());
    }

    private static LossBatch Batch(Tensor outputs) =>
        new(new NetworkShape(1, [], Group), outputs, tensor(Labels), tensor(Weights));

    private static double Formula(string loss, float[] z, int[] tasks, int t) => loss.Split('(')[0] switch
    {
        "z-loss" => Rows(r => Weights[r, t] * ZOf(z, r)),
        "preference" => Rows(r => Weights[r, t] * (Own(z, r, t) + 0.6 * Preferred(z, r, t))),
        "decoupled-softmax" => Rows(r => Weights[r, t] * Against(z, r, t, tasks, byRows: false, 1)),
        _ when loss.Contains("rows", StringComparison.Ordinal) =>
        Rows(r => Weights[r, t] * Against(z, r, t, tasks, true, 1)),
        _ => Rows(r => Weights[r, t] * (Against(z, r, t, tasks, true, 0.7) + Against(z, r, t, tasks, false, 0.7)) / 2),
    };

    private static double Rows(Func<int, double> of) => Enumerable.Range(0, 5).Sum(of);

    private static double Against(float[] z, int row, int task, int[] tasks, bool byRows, double temperature)
    {
        if (Weights[row, task] == 0 || Labels[row, task] == 0)
            return 0;
        (int Row, int Task)[] cells = byRows ? [.. Enumerable.Range(0, 5).Select(r => (r, task))]
            : [.. tasks.Select(t => (row, t))];
        double positive = Math.Exp(z[row * 8 + task] / temperature), negatives = cells
            .Where(c => Weights[c.Row, c.Task] > 0 && Labels[c.Row, c.Task] == 0)
            .Sum(c => Math.Exp(z[c.Row * 8 + c.Task] / temperature));
        return -Math.Log(positive / (positive + negatives));
    }

    private static double ZOf(float[] z, int row)
    {
        double[] o = [.. Enumerable.Range(3, 4).Select(i => (double)z[row * 8 + i])];
        double mean = o.Average(), deviation = Math.Sqrt(o.Average(x => (x - mean) * (x - mean)));
        return Math.Log(1 + Math.Exp(0.8 * (1.2 - (o[(int)Labels[row, 3]] - mean) / deviation))) / 0.8;
    }

    private static double ClassScore(float[] z, int row, int task)
    {
        if (task < 3)
            return z[row * 8 + task] * (Labels[row, task] * 2 - 1);
        double[] o = [.. Enumerable.Range(3, 4).Select(i => (double)z[row * 8 + i])];
        return o[(int)Labels[row, 3]] - Math.Log(o.Sum(Math.Exp));
    }

    private static double Own(float[] z, int row, int task) =>
        task < 3 ? Math.Log(1 + Math.Exp(-ClassScore(z, row, task)))
        : -ClassScore(z, row, task);

    private static double Preferred(float[] z, int row, int task)
    {
        int[] worse = [.. Enumerable.Range(0, 5)
            .Where(r => Labels[r, task] == Labels[row, task] && Labels[r, 4] < Labels[row, 4]
            && Weights[r, 4] > 0 && Weights[row, 4] > 0 && Weights[r, task] > 0 && Weights[row, task] > 0)];
        return worse.Length == 0 ? 0
            : worse.Average(r => Math.Log(1 + Math.Exp(ClassScore(z, r, task) - ClassScore(z, row, task))));
    }
}
