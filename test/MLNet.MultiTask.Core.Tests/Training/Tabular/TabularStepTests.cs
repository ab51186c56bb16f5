using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Tabular;

[TestClass]
public sealed class TabularStepTests
{
    public static IEnumerable<object[]> Networks =>
        from embedding in Enum.GetValues<FeatureEmbedding>()
        from activation in Enum.GetValues<NetworkActivation>()
        from members in new[] { 1, 3 }
        select new object[] { embedding, activation, members };

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Descend_Gradient_EqualsFiniteDifferences(FeatureEmbedding embedding,
        NetworkActivation activation, int members)
    {
        float smoothing = members > 1 ? 0.1f : 0;
        TaskTable table = Problems.Mixed(60, 3);
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 60)], []), [0, 1, 2]);
        var options = new TabularOptions
        {
            Hidden = [6, 5], Embedding = embedding, LabelSmoothing = smoothing, Members = members,
            LinearSkip = members > 1,
        };
        TabularNetwork start = TabularBuilder.Create(problem, options,
            FeatureScaling.Robust(table, problem.Train), activation, 3);
        // Away from the zeros and ones of the beginning.
        var random = new RandomStream(5, "perturbed");
        foreach (ref float p in start.Parameters.AsSpan())
            p += 0.2f * (float)random.NextNormal();
        int[] rows = [.. Enumerable.Range(4, 20)];
        using var step = new TabularStep(problem, start, smoothing, rows.Length, 2);
        float[] gradient = Gradient(step, problem, rows);
        double[] exact = [.. step.Parameters.Select(p => (double)p)];
        // Each in turn would take many seconds where features have many bins.
        for (int i = 0; i < exact.Length; i += exact.Length > 1000 ? 5 : 1)
        {
            const double nudge = 1e-5;
            double value = exact[i];
            exact[i] = value + nudge;
            double up = DoubleTabularNetwork.Loss(problem, start, exact, rows, smoothing);
            exact[i] = value - nudge;
            double down = DoubleTabularNetwork.Loss(problem, start, exact, rows, smoothing);
            exact[i] = value;
            double expected = (up - down) / (2 * nudge);
            Assert.AreEqual(expected, gradient[i], 3e-5 * (1 + Math.Abs(expected)), $"parameter {i}");
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Run_AFewSteps_FollowsAdamWithItsOwnRates(int members)
    {
        TaskTable table = Problems.Mixed(60, 3);
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 60)], []), [0, 1, 2]);
        TabularNetwork start = TabularBuilder.Create(problem,
            new TabularOptions { Hidden = [6], Members = members, LinearSkip = members > 1 },
            FeatureScaling.Robust(table, problem.Train), NetworkActivation.Selu, 3);
        int[] rows = [.. Enumerable.Range(0, 60)];
        using var step = new TabularStep(problem, start, 0, rows.Length, 1);
        double[] p = [.. step.Parameters.Select(x => (double)x)], m = new double[p.Length], v = new double[p.Length];
        TabularShape shape = start.Shape;
        for (int n = 1; n <= 3; n++)
        {
            float[] gradient = Gradient(step, problem, rows);
            step.Descend(Factors(step, problem), [], 0.01f, 0.5f);
            for (int i = 0; i < p.Length; i++)
            {
                double rate = 0.01 * (i < shape.DiagonalOffset ? 0.1
                    : i < shape.MemberOffset(0) ? 6 : IsBiasOrSlope(i) ? 0.1 : 1);
                m[i] = 0.9 * m[i] + 0.1 * gradient[i];
                v[i] = 0.95 * v[i] + 0.05 * gradient[i] * gradient[i];
                p[i] = p[i] * (IsBias(i) || IsMember(i) ? 1 : 1 - rate * 0.5) - rate * m[i] / (1 - Math.Pow(0.9, n))
                    / (Math.Sqrt(v[i] / (1 - Math.Pow(0.95, n))) + 1e-8);
                Assert.AreEqual(p[i], step.Parameters[i], 1e-4, $"step {n}, parameter {i}");
            }
        }

        bool IsBias(int i) => shape.Layers.Any(l => i >= l.BiasOffset && i < l.BiasOffset + l.Units);

        bool IsBiasOrSlope(int i) => shape.Layers.Any(l => i >= l.BiasOffset && i < l.BiasOffset + 2 * l.Units
            && !(l.IsHead && i >= l.BiasOffset + l.Units));

        bool IsMember(int i) => i >= shape.MemberOffset(0) && i < shape.Layers[0].WeightOffset;
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void ComputeGramian_AnyTasks_IsTheInnerProductsOfTheirGradients(int members)
    {
        (TrainingProblem problem, TabularNetwork start, int[] rows) = Problem(members);
        using var step = new TabularStep(problem, start, 0, rows.Length, 2);
        int trunk = start.Shape.TrunkParameterCount;
        float[] factors = [0.7f, 0, 1.3f];
        float[][] gradients = [.. new[] { 0, 2 }.Select(t =>
        {
            float[] own = new float[3];
            own[t] = factors[t];
            step.Forward(rows, default);
            return step.Descend(own, [], null, 0)[..trunk].ToArray();
        })];
        step.Forward(rows, default);
        step.ComputeLosses();
        var gramian = new double[4];
        step.ComputeGramian(factors, [0, 2], gramian);
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 2; j++)
            {
                double expected = gradients[i].Zip(gradients[j], (a, b) => (double)a * b).Sum();
                Assert.AreEqual(expected, gramian[i * 2 + j], 1e-4 * (1 + Math.Abs(expected)));
            }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Descend_TrunkWeights_ScaleTheTasksBelowTheHeadsOnly(int members)
    {
        (TrainingProblem problem, TabularNetwork start, int[] rows) = Problem(members);
        using var step = new TabularStep(problem, start, 0, rows.Length, 2);
        int trunk = start.Shape.TrunkParameterCount;
        float[] weights = [2, 0.5f, -1];
        float[][] single = [.. Enumerable.Range(0, 3).Select(t =>
        {
            float[] own = new float[3];
            own[t] = 1;
            step.Forward(rows, default);
            return step.Descend(own, [], null, 0).ToArray();
        })];
        step.Forward(rows, default);
        float[] weighted = step.Descend([1, 1, 1], weights, null, 0).ToArray();
        for (int i = 0; i < weighted.Length; i++)
        {
            double expected = single.Select((g, t) => g[i] * (i < trunk ? weights[t] : 1.0)).Sum();
            Assert.AreEqual(expected, weighted[i], 1e-4 * (1 + Math.Abs(expected)), $"parameter {i} of {trunk} shared");
        }
        step.Forward(rows, default);
        float[] plain = step.Descend([1, 1, 1], [], null, 0).ToArray();
        for (int i = 0; i < plain.Length; i++)
            Assert.AreEqual(single.Sum(g => g[i]), plain[i], 1e-4 * (1 + Math.Abs(plain[i])), $"parameter {i}");
    }

    private static (TrainingProblem, TabularNetwork, int[] Rows) Problem(int members)
    {
        TaskTable table = Problems.Mixed(60, 3);
        var problem = new TrainingProblem(table, new RowSplit([.. Enumerable.Range(0, 60)], []), [0, 1, 2]);
        return (problem, TabularBuilder.Create(problem, new TabularOptions
        {
            Hidden = [9, 5], Members = members, LinearSkip = members > 1,
        }, FeatureScaling.Robust(table, problem.Train), NetworkActivation.Mish, 3), [.. Enumerable.Range(4, 40)]);
    }

    private static float[] Gradient(TabularStep step, TrainingProblem problem, int[] rows)
    {
        step.Forward(rows, default);
        return step.Descend(Factors(step, problem), [], null, 0).ToArray();
    }

    private static float[] Factors(TabularStep step, TrainingProblem problem)
    {
        double present = MultiTaskLoss.PresentTaskWeight(problem.Tasks, step.WeightSums);
        return [.. problem.Tasks.Select((t, i) =>
            step.WeightSums[i] > 0 ? (float)(t.Weight / (step.WeightSums[i] * present)) : 0)];
    }
}
