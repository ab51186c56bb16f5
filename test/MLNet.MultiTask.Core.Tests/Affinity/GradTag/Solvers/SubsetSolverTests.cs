using System.Text.Json;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Gradients;
using MathNet.Numerics.LinearAlgebra;

namespace MLNet.MultiTask.Tests.Affinity;

/// <summary>
/// Solvers of linearised subset losses against scikit-learn's and SciPy's, stored by sklearn_subsets.py.
/// </summary>
[TestClass]
public sealed class SubsetSolverTests
{
    private const int D = 6;

    private static readonly JsonElement s_fixture = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Affinity", "sklearn_subsets.json"))).RootElement;

    private static readonly int[] s_subset = [0, 1, 2];
    private static readonly double[] s_shares = Doubles(s_fixture.GetProperty("shares"));
    private static readonly double s_lambda = s_fixture.GetProperty("lambda").GetDouble();

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public void Solve_WithoutOffset_AgreesWithScikitLearn(bool newton)
    {
        TaskFeatures[] tasks = [.. s_subset.Select(t => Binary(t, offset: false))];
        SubsetStep step = Solver(tasks, newton).Solve(new SubsetProblem(s_subset, s_shares, s_lambda, null));
        AssertClose(Doubles(s_fixture.GetProperty("plain")), step.Trunk, 1e-5);
        Assert.IsNull(step.Heads);
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public void Solve_OffsetAndSquaredError_AgreesWithSciPy(bool newton)
    {
        TaskFeatures[] tasks = [Binary(0, offset: true), Binary(1, offset: true), Squared()];
        var problem = new SubsetProblem(s_subset, s_shares, s_lambda, null);
        SubsetStep step = Solver(tasks, newton).Solve(problem);
        AssertClose(Doubles(s_fixture.GetProperty("offset")), step.Trunk, 1e-5);
        SubsetObjective objective = SubsetObjective.Of(problem, tasks, D);
        Assert.AreEqual(s_fixture.GetProperty("offsetLoss").GetDouble(),
            objective.Value([.. step.Trunk.Select(v => (double)v)], new double[D]), 1e-9);
    }

    [TestMethod]
    public void Solve_LegacyForm_AgreesWithScikitLearnOnTheFirstFourFifths()
    {
        TaskFeatures[] tasks = [.. s_subset.Select(t => Binary(t, offset: true))];
        SubsetStep step = new LegacySolver(tasks, Labels(), D, CancellationToken.None).Solve(new SubsetProblem(s_subset,
            s_shares, s_lambda, null));
        AssertClose(Doubles(s_fixture.GetProperty("legacy")), step.Trunk, 1e-6);
    }

    [TestMethod]
    public void Solve_LegacyFormOneLabelOnly_NamesTheTasksAndTheLabel()
    {
        TaskFeatures[] tasks = [.. s_subset.Select(t => Binary(t, offset: true))];
        float[][] ones = [.. tasks.Select(t => Enumerable.Repeat(1f, t.Rows).ToArray())];
        var error = Assert.ThrowsExactly<InvalidOperationException>(() =>
            new LegacySolver(tasks, ones, D, CancellationToken.None).Solve(new SubsetProblem([0, 2], [0.5, 0.5], 1,
                null)));
        StringAssert.Contains(error.Message, "The first 72 rows of tasks 0, 2 hold the label 1 only");
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public void Solve_SquaredErrorWithHeads_IsTheRidgeRegressionOfTrunkAndHeads(bool newton)
    {
        TaskFeatures[] tasks = [WithHead(Squared(), 2, 1), WithHead(Squared(), 3, 2)];
        var problem = new SubsetProblem([0, 1], [0.6, 0.4], 0.1, [0.2, 0.05]);
        SubsetStep step = Solver(tasks, newton).Solve(problem);
        var expected = Ridge(problem, tasks);
        AssertClose([.. expected.Take(D)], step.Trunk, 1e-5);
        AssertClose([.. expected.Skip(D).Take(2)], step.Heads![0], 1e-5);
        AssertClose([.. expected.Skip(D + 2)], step.Heads[1], 1e-5);
    }

    [TestMethod]
    public void Solve_NewtonAndLBfgsWithHeads_Agree()
    {
        TaskFeatures[] tasks = [WithHead(Binary(0, true), 4, 1), WithHead(Binary(1, true), 4, 2),
            WithHead(Squared(), 3, 3)];
        var problem = new SubsetProblem([0, 2], [0.5, 0.5], 0.01, [0.02, 0.03]);
        SubsetStep newton = Solver(tasks, true).Solve(problem), lbfgs = Solver(tasks, false).Solve(problem);
        AssertClose([.. newton.Trunk.Select(v => (double)v)], lbfgs.Trunk, 1e-5);
        for (int k = 0; k < 2; k++)
            AssertClose([.. newton.Heads![k].Select(v => (double)v)], lbfgs.Heads![k], 1e-5);
    }

    [TestMethod]
    public void Value_WithHeads_GradientAndHessianEqualFiniteDifferences()
    {
        TaskFeatures[] tasks = [WithHead(Binary(0, true), 2, 1), WithHead(Squared(), 3, 3)];
        SubsetObjective objective = SubsetObjective.Of(new SubsetProblem([0, 1], [0.7, 0.3], 0.1, [0.2, 0.4]), tasks,
            D);
        int n = objective.Size;
        Assert.AreEqual(D + 5, n);
        var random = new RandomStream(3, "point");
        double[] x = [.. Enumerable.Range(0, n).Select(_ => random.NextNormal())], gradient = new double[n], hessian =
            new double[n * n];
        objective.Value(x, gradient);
        objective.Hessian(x, hessian);
        const double h = 1e-5;
        for (int i = 0; i < n; i++)
        {
            double[] up = [.. x], down = [.. x], after = new double[n], before = new double[n];
            up[i] += h;
            down[i] -= h;
            Assert.AreEqual((objective.Value(up, after) - objective.Value(down, before)) / (2 * h), gradient[i], 1e-8);
            for (int j = 0; j < n; j++)
                Assert.AreEqual((after[j] - before[j]) / (2 * h), hessian[i * n + j], 1e-5);
        }
    }

    [TestMethod]
    public void Solve_MoreUnknownsThanNewtonTakes_IsLBfgs()
    {
        var random = new RandomStream(3, "wide");
        const int d = FullSolver.MostForNewton + 1;
        float[] features = [.. Enumerable.Range(0, 30 * d).Select(_ => (float)random.NextNormal() / 20)];
        OutputLoss[] losses = [.. Enumerable.Range(0, 30).Select(_ =>
            OutputLoss.At(TaskKind.Binary, [0], 1, new float[1]))];
        TaskFeatures[] tasks = [new(features, d, losses, Ones(30), false)];
        var problem = new SubsetProblem([0], [1], 0.1, null);
        SubsetStep one = new FullSolver(tasks, d, true, CancellationToken.None).Solve(problem);
        CollectionAssert.AreEqual(new FullSolver(tasks, d, false, CancellationToken.None).Solve(problem).Trunk,
            one.Trunk);
        double[] gradient = new double[d];
        SubsetObjective.Of(problem, tasks, d).Value([.. one.Trunk.Select(v => (double)v)], gradient);
        Assert.AreEqual(0, gradient.Max(Math.Abs), 1e-6);
    }

    // The normal equations of Σ share·mean (r − g·x)² + penalties, in double.
    private static double[] Ridge(SubsetProblem problem, TaskFeatures[] tasks)
    {
        int n = D + tasks.Sum(t => t.Width - D), own = D;
        Matrix<double> a = Matrix<double>.Build.Dense(n, n);
        Vector<double> b = Vector<double>.Build.Dense(n);
        for (int i = 0; i < D; i++)
            a[i, i] = problem.Lambda;
        for (int k = 0; k < tasks.Length; own += tasks[k++].Width - D)
        {
            TaskFeatures task = tasks[k];
            for (int i = own; i < own + task.Width - D; i++)
                a[i, i] = problem.Shares[k] * problem.HeadLambdas![k];
            for (int i = 0; i < task.Rows; i++)
            {
                var g = Vector<double>.Build.Dense(n);
                for (int j = 0; j < task.Width; j++)
                    g[j < D ? j : own + j - D] = task.Features[i * task.Width + j];
                double factor = problem.Shares[k] / task.Rows;
                a += 2 * factor * g.OuterProduct(g);
                b += factor * task.Losses[i].Slope * g;
            }
        }
        return [.. a.Solve(b)];
    }

    private static FullSolver Solver(TaskFeatures[] tasks, bool newton) =>
        new(tasks, D, newton, CancellationToken.None);

    // Rows signed by the label, as the margin form has them.
    private static TaskFeatures Binary(int t, bool offset)
    {
        float[] features = Floats(s_fixture.GetProperty("features")[t]), offsets =
            Floats(s_fixture.GetProperty("offsets")[t]), labels = Labels()[t];
        var direction = new float[1];
        OutputLoss[] losses = [.. labels.Select((y, i) => OutputLoss.At(TaskKind.Binary, [offset ? offsets[i] : 0], y,
            direction))];
        for (int i = 0; i < features.Length; i++)
            features[i] *= labels[i / D] == 1 ? 1 : -1;
        return new TaskFeatures(features, D, losses, Ones(losses.Length), squared: false);
    }

    private static TaskFeatures Squared()
    {
        float[] features = Floats(s_fixture.GetProperty("features")[2]), offsets =
            Floats(s_fixture.GetProperty("offsets")[2]);
        float[] target = Floats(s_fixture.GetProperty("target"));
        OutputLoss[] losses = [.. target.Select((y, i) => OutputLoss.At(TaskKind.Regression, [offsets[i]], y,
            new float[1]))];
        return new TaskFeatures(features, D, losses, Ones(losses.Length), squared: true);
    }

    private static TaskFeatures WithHead(TaskFeatures task, int size, ulong seed)
    {
        var random = new RandomStream(seed, "head");
        float[] features = [.. Enumerable.Range(0, task.Rows).SelectMany(i => (float[])
            [.. task.Features.Slice(i * D, D), .. Enumerable.Range(0, size).Select(_ => (float)random.NextNormal())])];
        return new TaskFeatures(features, D + size, task.Losses.ToArray(), task.Weights.ToArray(), task.IsSquared);
    }

    private static float[][] Labels() => [.. s_subset.Select(t => Floats(s_fixture.GetProperty("labels")[t]))];

    private static float[] Ones(int count) => [.. Enumerable.Repeat(1f, count)];

    private static void AssertClose(double[] expected, float[] actual, double tolerance)
    {
        double size = Math.Sqrt(expected.Sum(v => v * v));
        Assert.AreEqual(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance * size);
    }

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetSingle())];
}
