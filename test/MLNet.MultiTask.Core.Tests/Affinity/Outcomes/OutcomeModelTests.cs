using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests.Affinity;

[TestClass]
public sealed class OutcomeModelTests
{
    private const int Tasks = 6;
    private static readonly OutcomeVariances s_variances =
        new([0.3], 0.05, 0.1, 0.2, 0.15, 0.12, 0.4, 0.5);

    [TestMethod]
    public void MeanAndVariance_GivenVariances_AreThoseOfTheJointNormal()
    {
        OutcomeCell[] cells = Cells(24, "measured");
        double[] y = Normals(cells.Length, "y");
        var model = new OutcomeModel(cells, y, Tasks, s_variances);
        foreach (OutcomeCell cell in Cells(6, "new").Append(cells[3] with { Draw = -1 }))
        {
            OutcomeCell asked = cell.Draw == -1 ? cell : cell with { Company = -1, Draw = -1 };
            double[] cross = [.. cells.Select(c => Covariance(asked, c))];
            double[] weights = Solve(cells, cross);
            double prior = Covariance(asked, asked) + (asked.Company < 0 ? s_variances.Company : 0);
            Assert.AreEqual(weights.Zip(y, (w, v) => w * v).Sum(), model.Mean(asked), 1e-9);
            Assert.AreEqual(prior - weights.Zip(cross, (w, v) => w * v).Sum(), model.Variance(asked), 1e-8);
        }
    }

    [TestMethod]
    public void Log_BlocksAndColumns_IsThatOfTheWholeCovariance()
    {
        OutcomeCell[] cells = Cells(40, "density");
        double[] y = Normals(cells.Length, "y");
        var dense = new DenseOutcomeDensity(cells, y, Tasks);
        var blocks = new BlockOutcomeDensity(cells, y, Tasks);
        double[] variances = s_variances.ToArray();
        Assert.AreEqual(dense.Log(variances), blocks.Log(variances), 1e-8);
        for (int part = 0; part < variances.Length - 1; part++)
        {
            double[] without = [.. variances];
            without[part] = 0;
            Assert.AreEqual(dense.Log(without), blocks.Log(without), 1e-8, $"without part {part}");
        }
        Assert.AreEqual(double.NegativeInfinity, dense.Log(new double[variances.Length]));
        Assert.AreEqual(double.NegativeInfinity, blocks.Log(new double[variances.Length]));
    }

    [TestMethod]
    public void Likeness_AnyTwoCells_IsTheInnerProductOfCentredCompanies()
    {
        OutcomeCell[] cells = Cells(20, "like");
        foreach (OutcomeCell a in cells)
            foreach (OutcomeCell b in cells)
                Assert.AreEqual(Centred(a).Zip(Centred(b), (x, y) => x * y).Sum(), a.Likeness(b, Tasks), 1e-12);
    }

    [TestMethod]
    public void Fit_OutcomesOfPairs_PredictsCompaniesNotMeasured()
    {
        double[] pairs = Normals(Tasks * Tasks, "pairs");
        OutcomeCell[] cells = Cells(60, "fit");
        double Truth(OutcomeCell c) => c.Members.Where(j => j != c.Task).Sum(j => pairs[c.Task * Tasks + j]);
        double[] noise = Normals(cells.Length, "noise");
        OutcomeModel model = OutcomeModel.Fit([.. cells.Select(c => c with { Estimates = [] })],
            [.. cells.Select((c, n) => Truth(c) + 0.3 * noise[n])], Tasks, 0, false, 2,
            CancellationToken.None);
        Assert.IsTrue(model.Variances.Pair > model.Variances.Source && model.Variances.Draw < 0.1);
        OutcomeCell[] others = [.. Cells(40, "others").Select(c => c with { Company = -1, Draw = -1, Estimates = [] })];
        double correlation = SubsetValues.Pearson([.. others.Select(c => Truth(c))],
            [.. others.Select(c => model.Mean(c))]);
        Assert.IsTrue(correlation > 0.95, $"correlation {correlation}");
    }

    // The standard errors are honest: outcomes drawn from the model itself lie within them as often as they should.
    [TestMethod]
    public void Variance_OutcomesDrawnFromTheModel_NineOfTenLieWithinTheInterval()
    {
        OutcomeCell[] cells = Cells(60, "coverage"), others = [.. Cells(60, "held out").Select(c =>
            c with { Company = 1000 + c.Company, Draw = -1 })];
        double[] y = Draw([.. cells, .. others], cells.Length);
        OutcomeModel model = OutcomeModel.Fit(cells, y[..cells.Length], Tasks, 0, false, 2,
            CancellationToken.None);
        int within = others.Where((c, n) =>
        {
            OutcomeCell asked = c with { Company = -1 };
            return Math.Abs(y[cells.Length + n] - model.Mean(asked)) <= 1.645 * Math.Sqrt(model.Variance(asked));
        }).Count();
        Assert.IsTrue((double)within / others.Length is > 0.85 and < 0.95, $"{within} of {others.Length}");
    }

    // y = L z with LLᵀ the covariance; held-out outcomes are expectations, without noise.
    private static double[] Draw(OutcomeCell[] cells, int measured)
    {
        int n = cells.Length;
        var k = new double[n * n];
        for (int a = 0; a < n; a++)
            for (int b = 0; b < n; b++)
                k[a * n + b] = Covariance(cells[a], cells[b])
                    + (a == b ? a < measured ? s_variances.Noise : 1e-9 : 0);
        Assert.IsTrue(MLNet.MultiTask.Numerics.Cholesky.TryFactor<double>(k, n, out _));
        double[] z = Normals(n, "draw");
        return [.. Enumerable.Range(0, n).Select(a => Enumerable.Range(0, a + 1).Sum(b => k[a * n + b] * z[b]))];
    }

    private static double[] Solve(OutcomeCell[] cells, double[] b)
    {
        int n = cells.Length;
        double[][] rows = [.. cells.Select((a, r) => cells.Select((c, s) =>
            Covariance(a, c) + (r == s ? s_variances.Noise : 0)).Append(b[r]).ToArray())];
        for (int p = 0; p < n; p++)
            for (int r = 0; r < n; r++)
                if (r != p)
                {
                    double factor = rows[r][p] / rows[p][p];
                    for (int c = p; c <= n; c++)
                        rows[r][c] -= factor * rows[p][c];
                }
        return [.. rows.Select((row, r) => row[n] / row[r])];
    }

    private static double Covariance(OutcomeCell a, OutcomeCell b)
    {
        double same = a.Task == b.Task ? 1 : 0, alike = Centred(a).Zip(Centred(b), (x, y) => x * y).Sum();
        double za = Math.Log2(a.Members.Length / 4.0), zb = Math.Log2(b.Members.Length / 4.0);
        return OutcomeVariances.Level * same + s_variances.Estimates[0] * a.Estimates[0] * b.Estimates[0]
            + (s_variances.Size + same * s_variances.OwnSize) * za * zb
            + (s_variances.Source + same * s_variances.Pair) * alike
            + (a.Company >= 0 && a.Company == b.Company ? same * s_variances.Company : 0)
            + (a.Draw >= 0 && a.Draw == b.Draw ? same * s_variances.Draw : 0);
    }

    private static double[] Centred(OutcomeCell cell) => [.. Enumerable.Range(0, Tasks).Select(j => j == cell.Task ? 0
        : (cell.Members.Contains(j) ? 1 : 0) - (cell.Members.Length - 1.0) / (Tasks - 1))];

    private static OutcomeCell[] Cells(int companies, string purpose)
    {
        var stream = new RandomStream(3, purpose);
        List<OutcomeCell> cells = [];
        for (int c = 0; c < companies; c++)
        {
            int[] members = stream.Permutation(Tasks)[..(2 + c % 3)];
            Array.Sort(members);
            foreach (int task in members)
            {
                cells.Add(new(task, members, c, c % 4, [stream.NextNormal()]));
                if (c % 3 == 2)
                    cells.Add(cells[^1] with { Draw = (c + 2) % 4 });
            }
        }
        return [.. cells];
    }

    private static double[] Normals(int count, string purpose)
    {
        var stream = new RandomStream(7, purpose);
        return [.. Enumerable.Range(0, count).Select(_ => stream.NextNormal())];
    }
}
