using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Tests.Affinity;

/// <summary>
/// The solvers and evaluations of Grad-TAG on networks, against one another where they must agree and against
/// definitions.
/// </summary>
[TestClass]
public sealed class GradTagSolverTests
{
    private static readonly TaskTable s_mixed = AffinityFixture.Mixed(120);
    private static readonly RowSplit s_split = RowSplit.Random(120, 0.3, 1);
    private static readonly StepLength s_length = new(0.2, 0);

    private static LinearizedNetwork Base(TaskTable table, GradTagOptions options, params int[] hidden) =>
        new(AffinityFixture.Network(table, hidden), table, s_split, options with { Threads = 2 },
            CancellationToken.None);

    private static TaskTable Regressions()
    {
        TaskInfo[] tasks = [new("p", TaskKind.Regression), new("q", TaskKind.Regression, weight: 3),
            new("r", TaskKind.Regression)];
        float[] labels = [.. Enumerable.Range(0, 120).SelectMany(r => (float[])[s_mixed.FeatureRow(r)[0],
            r % 5 == 0 ? float.NaN : s_mixed.FeatureRow(r)[1] * s_mixed.FeatureRow(r)[2], s_mixed.FeatureRow(r)[3]])];
        return new TaskTable(s_mixed.Features, tasks, labels);
    }

    [TestMethod]
    [DataRow(GradTagSolver.Newton, true, StepGeometry.AdamW),
        DataRow(GradTagSolver.Newton, false, StepGeometry.Euclidean)]
    [DataRow(GradTagSolver.LBfgs, true, StepGeometry.AdamW), DataRow(GradTagSolver.LBfgs, true, StepGeometry.Euclidean)]
    public void Step_RegressionsOnly_TheFullSolversEqualOneStep(GradTagSolver solver, bool heads, StepGeometry geometry)
    {
        var options = new GradTagOptions { LearnHeads = heads, Geometry = geometry };
        TaskTable table = Regressions();
        AssertEqual(Base(table, options, 9, 5).Step([0, 1], s_length), Base(table, options with { Solver = solver }, 9,
            5).Step([0, 1], s_length), 1e-3);
    }

    [TestMethod]
    [DataRow(true, StepGeometry.AdamW), DataRow(false, StepGeometry.AdamW), DataRow(true, StepGeometry.Euclidean),
        DataRow(false, StepGeometry.Euclidean)]
    public void Step_ConjugateGradient_EqualsTheDenseSolutionOverAllParameters(bool heads, StepGeometry geometry)
    {
        var options = new GradTagOptions { LearnHeads = heads, Geometry = geometry, Subspace = GradTagSubspace.Whole };
        LinearizedNetwork dense = Base(s_mixed, options, 7, 4), iterative =
            Base(s_mixed, options with { Solver = GradTagSolver.ConjugateGradient }, 7, 4);
        foreach (int[] subset in (int[][])[[0], [1, 2], [0, 1, 2, 3]])
        {
            AssertEqual(dense.Step(subset, s_length), iterative.Step(subset, s_length), 2e-3);
            double[] expected = dense.Predict([subset], s_length)[0].Losses, predicted =
                iterative.Predict([subset], s_length)[0].Losses;
            for (int k = 0; k < subset.Length; k++)
                Assert.AreEqual(expected[k], predicted[k], 1e-3 * expected[k]);
        }
    }

    [TestMethod]
    public void Step_ConjugateGradient_EqualsABasisThatSpansTheTrunk()
    {
        var network = AffinityFixture.Network(s_mixed, 5, 3);
        var shape = network.Shape;
        int p = shape.TrunkParameterCount;
        // Gram-Schmidt on random vectors.
        var random = new RandomStream(2, "basis");
        var rows = new double[p][];
        for (int i = 0; i < p; i++)
        {
            rows[i] = [.. Enumerable.Range(0, p).Select(_ => random.NextNormal())];
            for (int twice = 0; twice < 2; twice++)
                for (int j = 0; j < i; j++)
                {
                    double dot = rows[i].Zip(rows[j], (a, b) => a * b).Sum();
                    rows[i] = [.. rows[i].Zip(rows[j], (a, b) => a - dot * b)];
                }
            double norm = Math.Sqrt(rows[i].Sum(v => v * v));
            rows[i] = [.. rows[i].Select(v => v / norm)];
        }
        var vectors = new TrunkVectors(shape, p);
        for (int i = 0; i < p; i++)
            vectors.CopyFrom(TrunkVectors.FromParameters(shape, [.. rows[i].Select(v => (float)v)]), 0, i, 1);
        var basis = new ExplicitSubspace(vectors);
        TrunkSweep sweep = AffinityFixture.Sweep(network, s_mixed);
        var problem = new SubsetProblem([0, 1, 2], [0.3, 0.3, 0.4], 0.2, null);
        SubsetStep projected = new OneStepSolver(TaskStatistics.Collect(sweep, basis, null)).Solve(problem);
        float[] expected = new float[shape.ParameterCount], actual = new float[shape.ParameterCount];
        basis.AddTo(projected.Trunk, expected);
        var whole = new WholeTrunk(shape, null);
        whole.AddTo(new ConjugateGradientSolver(network, s_mixed, sweep.Rows, sweep.TaskWeights(), whole, null,
            CancellationToken.None)
            .Solve(problem).Trunk, actual);
        double size = expected.Max(Math.Abs);
        Assert.IsTrue(size > 1e-3);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-3 * size);
    }

    // The loss of u + du, du the derivative along the whole step (trunk and heads) by differences of a network written
    // anew.
    [TestMethod]
    [DataRow(true), DataRow(false)]
    public void Predict_Linearized_IsTheLossOfTheLinearisedOutputs(bool heads)
    {
        LinearizedNetwork one = Base(s_mixed,
            new() { Evaluation = SubsetEvaluation.Linearized, LearnHeads = heads }, 9, 5);
        int[] subset = [0, 1, 2];
        double[] start = ReferenceNetwork.Parameters(one.Network), end =
            ReferenceNetwork.Parameters(one.At(subset, one.Step(subset, s_length)));
        double[] losses = one.Predict([subset], s_length)[0].Losses;
        const double h = 1e-5;
        double[] up = [.. start.Zip(end, (a, b) => a + h * (b - a))], down =
            [.. start.Zip(end, (a, b) => a - h * (b - a))];
        for (int k = 0; k < subset.Length; k++)
        {
            double sum = 0, weight = 0;
            foreach (int row in s_split.Validation.Where(r => s_mixed.IsObserved(r, subset[k])))
            {
                double Value(double[] parameters) => ReferenceNetwork.Value(one.Network, parameters, s_mixed, row,
                    subset[k]);
                double u = Value(start) + (Value(up) - Value(down)) / (2 * h);
                double loss = s_mixed.Tasks[subset[k]].Kind == TaskKind.Regression
                    ? Math.Pow(s_mixed.Label(row, subset[k]) / 2.0 - u, 2) : Math.Log(1 + Math.Exp(-u));
                sum += s_mixed.Weight(row, subset[k]) * loss;
                weight += s_mixed.Weight(row, subset[k]);
            }
            Assert.AreEqual(sum / weight, losses[k], 1e-4);
            Assert.AreNotEqual(one.Losses[subset[k]], losses[k], 1e-3);
        }
    }

    [TestMethod]
    public void Step_TrustRadius_ShortensStepsThatAreLonger()
    {
        int[] subset = [0, 2, 3];
        LinearizedNetwork free = Base(s_mixed, new(), 9, 5);
        double length = free.Predict([subset], s_length)[0].RelativeStep;
        LinearizedNetwork bounded = Base(s_mixed, new() { TrustRadius = length / 4 }, 9, 5), wide =
            Base(s_mixed, new() { TrustRadius = 2 * length }, 9, 5);
        Assert.AreEqual(length / 4, bounded.Predict([subset], s_length)[0].RelativeStep, 1e-3 * length);
        SubsetStep step = free.Step(subset, s_length), shortened = bounded.Step(subset, s_length);
        AssertEqual(step.Times(0.25f), shortened, 1e-4);
        CollectionAssert.AreEqual(step.Trunk, wide.Step(subset, s_length).Trunk);
    }

    [TestMethod]
    public void Step_LegacyForm_IgnoresTheOffsetAndTheLastFifthOfTheRows()
    {
        TaskInfo[] tasks = [new("a", TaskKind.Binary), new("b", TaskKind.Binary)];
        float[] Labels(bool flipped) =>
            [.. Enumerable.Range(0, 120).SelectMany(r => (float[])[s_mixed.FeatureRow(r)[0] > 0 ? 1 : 0,
            (s_mixed.FeatureRow(r)[1] > 0) ^ (flipped && Array.IndexOf(s_split.Train, r) >= 50) ? 1 : 0])];
        float[] Step(bool flipped, int[] subset) => Base(new TaskTable(s_mixed.Features, tasks, Labels(flipped)),
            Legacy(new() { Subspace = GradTagSubspace.Whole }), 9, 5).Step(subset, new(1, 0)).Trunk;
        // 84 training rows twice: 134 of 168 are fitted, the last 34 are those of task b from number 50 on.
        CollectionAssert.AreEqual(Step(false, [0, 1]), Step(true, [0, 1]));
        CollectionAssert.AreNotEqual(Step(false, [1]), Step(true, [1]));
    }

    [TestMethod]
    public void Estimate_EverySolver_GivesTheSameBitsOnAnyNumberOfThreads()
    {
        TaskTable table = AffinityFixture.Mixed(200);
        RowSplit split = RowSplit.Random(200, 0.3, 1);
        var quick = new GradTagOptions
            { Stage = BaseStage.BestValidation, Bases = 1, Subsets = 0, FineTuningEpochs = 2, Training =
            new() { Hidden = [8], MaxEpochs = 3, Patience = null } };
        foreach (GradTagOptions options in (GradTagOptions[])[quick with { Solver = GradTagSolver.Newton },
            quick with { Solver = GradTagSolver.LBfgs },
            quick with { Solver = GradTagSolver.ConjugateGradient, Subspace = GradTagSubspace.Whole },
                quick with { Evaluation = SubsetEvaluation.Linearized }])
        {
            double[] Values(int threads) =>
                [.. new GradTagAffinity(options with { Threads = threads }).Estimate(table, split).Values];
            double[] one = Values(1);
            Assert.IsTrue(one.Any(v => v != 0));
            CollectionAssert.AreEqual(one, Values(4), $"{options.Solver}");
        }
    }

    // By its definition, on a network written anew: Σ (u + du − u')² / Σ max(|u|, |u'|)² with the step at the length
    // asked for.
    [TestMethod]
    public void Estimate_LinearizationRadii_TellTheErrorOfTheLinearisedOutputsAtThatLength()
    {
        TaskTable table = AffinityFixture.Mixed(200);
        RowSplit split = RowSplit.Random(200, 0.3, 1);
        var options = new GradTagOptions
        {
            Stage = BaseStage.BestValidation,
            Bases = 1,
            SubsetSize = 4,
            LinearizationRadii = [0.02, 0.3],
            Lambda = 20,
            Training = new() { Hidden = [8], MaxEpochs = 3, Patience = null },
        };
        TaskAffinity affinity = new GradTagAffinity(options).Estimate(table, split);
        LinearizedNetwork one = GradTagModel.Fit(table, split, options, CancellationToken.None).Bases[0];
        SubsetStep step = one.Step([0, 1, 2, 3], new StepLength(20, 0));
        double relative = one.Predict([[0, 1, 2, 3]], new StepLength(20, 0))[0].RelativeStep;
        double[] start = ReferenceNetwork.Parameters(one.Network),
            end = ReferenceNetwork.Parameters(one.At([0, 1, 2, 3], step));
        foreach ((string key, double radius) in (ReadOnlySpan<(string, double)>)[("@0.02", 0.02), ("@0.3", 0.3),
            ("", relative)])
        {
            double[] Moved(double factor) => [.. start.Zip(end, (a, b) => a + factor * radius / relative * (b - a))];
            double[] up = Moved(1e-6), down = Moved(-1e-6), whole = Moved(1);
            double error = 0, size = 0;
            foreach (int row in split.Validation)
                for (int t = 0; t < 4; t++)
                {
                    if (!table.IsObserved(row, t))
                        continue;
                    double Value(double[] parameters) => ReferenceNetwork.Value(one.Network, parameters, table, row, t);
                    double u = Value(start), exact = Value(whole), linear = u + (Value(up) - Value(down)) / 2e-6;
                    error += (linear - exact) * (linear - exact);
                    size += Math.Max(u * u, exact * exact);
                }
            Assert.AreEqual(error / size, affinity.Diagnostics["linearizationError" + key],
                0.02 * error / size + 1e-9, key);
        }
    }

    [TestMethod]
    public void Estimate_LegacyFormOnOtherTasks_NamesTheTask()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            new GradTagAffinity(
                Legacy(new() { Stage = BaseStage.BestValidation, Training = new() { Hidden = [8], MaxEpochs = 2 } }))
            .Estimate(s_mixed, s_split));
        StringAssert.Contains(error.Message,
            "Task 'class' is of kind Multiclass; the legacy form takes binary tasks only");
    }

    [TestMethod]
    [DataRow(GradTagSolver.Newton, SubsetEvaluation.Forward, "The features of"),
        DataRow(GradTagSolver.OneStep, SubsetEvaluation.Linearized, "Statistics of 4 tasks")]
    public void Estimate_MoreMemoryThanAllowed_NamesTheBytes(GradTagSolver solver, SubsetEvaluation evaluation,
        string message)
    {
        var options = new GradTagOptions { Solver = solver, Evaluation = evaluation, FeatureMemory = 4000, Bases = 1,
            Stage = BaseStage.BestValidation, Training = new() { Hidden = [8], MaxEpochs = 2 } };
        var error = Assert.ThrowsExactly<ArgumentException>(() => new GradTagAffinity(options).Estimate(s_mixed,
            s_split));
        StringAssert.Contains(error.Message, message);
        StringAssert.Contains(error.Message, "bytes, more than FeatureMemory = 4,000");
    }

    [TestMethod]
    public void Estimate_ConjugateGradient_KeepsNeitherFeaturesNorStatistics()
    {
        var options = new GradTagOptions
        {
            Solver = GradTagSolver.ConjugateGradient,
            Subspace = GradTagSubspace.Whole,
            FeatureMemory = 4000,
            Stage = BaseStage.BestValidation,
            Bases = 1,
            Training = new() { Hidden = [8], MaxEpochs = 2 },
        };
        Assert.IsTrue(new GradTagAffinity(options).Estimate(s_mixed, s_split).Values.ToArray().Any(v => v != 0));
        Assert.ThrowsExactly<ArgumentException>(() =>
            new GradTagAffinity(options with { Solver = GradTagSolver.OneStep }).Estimate(s_mixed, s_split));
    }

    public static IEnumerable<object[]> Contradictions =>
    [
        [new GradTagOptions { Solver = GradTagSolver.ConjugateGradient },
            "Subspace must be Whole where the solver is ConjugateGradient"],
        [Legacy(new()) with { Geometry = StepGeometry.AdamW },
            "Geometry must be Euclidean where the solver is LegacyForm"],
        [Legacy(new()) with { Weighting = SubsetWeighting.TaskBalanced }, "Weighting must be SamplePooled"],
        [Legacy(new()) with { LearnHeads = true }, "LearnHeads must be false"],
        [Legacy(new()) with { Lambda = 1 }, "Lambda must be null where the solver is LegacyForm"],
        [new GradTagOptions { TrustRadius = 0 }, "TrustRadius must be positive and finite"],
        [new GradTagOptions { LinearizationRadii = [0.1, -1] }, "LinearizationRadii must be positive and finite"],
        [new GradTagOptions { FeatureMemory = 0 }, "FeatureMemory must be at least 1"],
    ];

    [TestMethod]
    [DynamicData(nameof(Contradictions))]
    public void Validate_Contradiction_NamesTheOptionAndWhatItMustBe(GradTagOptions options, string message) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(options.Validate).Message, message);

    private static GradTagOptions Legacy(GradTagOptions options) => options with
    {
        Solver = GradTagSolver.LegacyForm,
        Geometry = StepGeometry.Euclidean,
        Weighting = SubsetWeighting.SamplePooled,
        LearnHeads = false,
    };

    private static void AssertEqual(SubsetStep expected, SubsetStep actual, double tolerance)
    {
        AssertEqual(expected.Trunk, actual.Trunk, tolerance);
        Assert.AreEqual(expected.Heads is null, actual.Heads is null);
        for (int k = 0; k < (expected.Heads?.Length ?? 0); k++)
            AssertEqual(expected.Heads![k], actual.Heads![k], tolerance);
    }

    private static void AssertEqual(float[] expected, float[] actual, double tolerance)
    {
        double size = Math.Sqrt(expected.Sum(v => (double)v * v));
        Assert.AreEqual(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance * size);
    }
}
