using MathNet.Numerics.LinearAlgebra;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

[TestClass]
public class LBfgsTests
{
    [TestMethod]
    [DataRow(2), DataRow(10), DataRow(100)]
    public void Minimize_ChainedRosenbrock_EndsAtOnes(int n)
    {
        double[] x = [.. Enumerable.Range(0, n).Select(i => i % 2 == 0 ? -1.2 : 1.0)];
        Minimum minimum = new LBfgs(n).Minimize(Rosenbrock, x, 1e-9, 2000, CancellationToken.None);
        Assert.IsTrue(minimum.Converged, $"{minimum}");
        foreach (double v in x)
            Assert.AreEqual(1, v, 1e-8);
    }

    [TestMethod]
    public void Minimize_Beale_EndsAtThePublishedMinimum()
    {
        double[] x = [1, 1];
        Assert.IsTrue(new LBfgs(2).Minimize(Beale, x, 1e-10, 500, CancellationToken.None).Converged);
        Assert.AreEqual(3, x[0], 1e-8);
        Assert.AreEqual(0.5, x[1], 1e-8);
    }

    [TestMethod]
    [DataRow(1), DataRow(7), DataRow(60)]
    public void Minimize_IllConditionedQuadratic_SolvesTheLinearSystem(int n)
    {
        var random = new RandomStream(4, "quadratic");
        var g = Matrix<double>.Build.Dense(n, n, (_, _) => random.NextNormal());
        Matrix<double> a = g * g.Transpose() + 1e-2 * Matrix<double>.Build.DenseIdentity(n);
        var b = Vector<double>.Build.Dense(n, _ => random.NextNormal());
        double Quadratic(ReadOnlySpan<double> x, Span<double> gradient)
        {
            var v = Vector<double>.Build.DenseOfArray(x.ToArray());
            Vector<double> product = a * v;
            (product - b).ToArray().CopyTo(gradient);
            return 0.5 * v.DotProduct(product) - b.DotProduct(v);
        }
        var x = new double[n];
        Minimum minimum = new LBfgs(n).Minimize(Quadratic, x, 1e-8 * b.L2Norm(), 5000, CancellationToken.None);
        Assert.IsTrue(minimum.Converged, $"{minimum}");
        Vector<double> expected = a.Solve(b);
        for (int i = 0; i < n; i++)
            Assert.AreEqual(expected[i], x[i], 1e-5 * expected.L2Norm());
    }

    [TestMethod]
    public void Minimize_StartAtTheMinimum_TakesNoStep()
    {
        double[] x = [1, 1, 1];
        Minimum minimum = new LBfgs(3).Minimize(Rosenbrock, x, 1e-12, 10, CancellationToken.None);
        Assert.AreEqual((0, true), (minimum.Iterations, minimum.Converged));
        CollectionAssert.AreEqual(new double[] { 1, 1, 1 }, x);
    }

    [TestMethod]
    public void Minimize_LimitOfIterations_SaysThatItDidNotConverge()
    {
        double[] x = [-1.2, 1];
        Minimum minimum = new LBfgs(2).Minimize(Rosenbrock, x, 1e-12, 3, CancellationToken.None);
        Assert.AreEqual((3, false), (minimum.Iterations, minimum.Converged));
        Assert.AreEqual(Rosenbrock(x, new double[2]), minimum.Value);
    }

    [TestMethod]
    [DataRow(1e-3), DataRow(1.0), DataRow(1e3)]
    public void Run_AnyFirstStep_MeetsTheStrongWolfeConditions(double first)
    {
        double[] x = [-1.2, 1], gradient = new double[2];
        double value = Rosenbrock(x, gradient);
        double[] direction = [.. gradient.Select(g => -g)];
        var search = new WolfeSearch(Rosenbrock, 2);
        double found = search.Run(x, value, gradient, direction, first)!.Value;
        double slope = -gradient.Sum(g => g * g), after = search.Gradient.Zip(direction, (g, d) => g * d).Sum();
        double step = (search.Point[0] - x[0]) / direction[0];
        Assert.IsTrue(found <= value + 1e-4 * step * slope, "sufficient decrease");
        Assert.IsTrue(Math.Abs(after) <= 0.9 * Math.Abs(slope), "curvature");
        Assert.AreEqual(Rosenbrock(search.Point, new double[2]), found);
    }

    [TestMethod]
    public void Run_Uphill_FindsNothing()
    {
        double[] x = [-1.2, 1], gradient = new double[2];
        double value = Rosenbrock(x, gradient);
        Assert.IsNull(new WolfeSearch(Rosenbrock, 2).Run(x, value, gradient, gradient, 1));
    }

    private static double Rosenbrock(ReadOnlySpan<double> x, Span<double> gradient)
    {
        gradient.Clear();
        double sum = 0;
        for (int i = 0; i + 1 < x.Length; i++)
        {
            double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
            sum += 100 * a * a + b * b;
            gradient[i] += -400 * a * x[i] - 2 * b;
            gradient[i + 1] += 200 * a;
        }
        return sum;
    }

    private static double Beale(ReadOnlySpan<double> x, Span<double> gradient)
    {
        (double p, double q, double sum) = (x[0], x[1], 0);
        gradient.Clear();
        double[] constants = [1.5, 2.25, 2.625];
        for (int k = 0; k < 3; k++)
        {
            double power = Math.Pow(q, k + 1), r = constants[k] - p + p * power;
            sum += r * r;
            gradient[0] += 2 * r * (power - 1);
            gradient[1] += 2 * r * p * (k + 1) * Math.Pow(q, k);
        }
        return sum;
    }
}
