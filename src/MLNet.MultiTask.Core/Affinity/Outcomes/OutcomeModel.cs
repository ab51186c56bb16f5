using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// A mixed model of what training gives task i in company S, in units of task i's spread:
/// y = μ_i + Σ_q β_q·x_q + (a + a_i)·z(S) + Σ_{j ∈ S} (γ_j + θ_ij) + η_(i,S) + δ_(i,draw) + ε, all effects normal with
/// the variances of the highest marginal likelihood. (After the residual corrector of ETAP, Ayman et al., ICLR 2026.)
/// </summary>
internal sealed class OutcomeModel
{
    private readonly OutcomeCell[] _cells;
    private readonly int _tasks;
    private readonly double[] _factor, _levels, _ownSizes, _sources, _pairs;
    private readonly double _size;
    private readonly Dictionary<(int Task, int Company), double> _companies = [];

    /// <summary>The effects, given the variances.</summary>
    /// <param name="cells">n cells.</param>
    /// <param name="y">Their outcomes.</param>
    /// <param name="tasks">T.</param>
    /// <param name="variances">Of the parts.</param>
    public OutcomeModel(OutcomeCell[] cells, double[] y, int tasks, OutcomeVariances variances)
    {
        int n = cells.Length;
        (_cells, _tasks, _factor, Variances) = (cells, tasks, Factor(cells, tasks, variances), variances);
        (_levels, _ownSizes, _sources, _pairs) =
            (new double[tasks], new double[tasks], new double[tasks], new double[tasks * tasks]);
        Weights = new double[variances.Estimates.Length];
        double[] solution = [.. y];
        Cholesky.Solve<double>(_factor, n, solution);
        var company = new double[tasks];
        for (int c = 0; c < n; c++)
        {
            (OutcomeCell cell, double weight) = (cells[c], solution[c]);
            for (int q = 0; q < Weights.Length; q++)
                Weights[q] += variances.Estimates[q] * weight * cell.Estimates[q];
            _levels[cell.Task] += OutcomeVariances.Level * weight;
            _size += variances.Size * weight * cell.Size;
            _ownSizes[cell.Task] += variances.OwnSize * weight * cell.Size;
            cell.Centred(company);
            TensorPrimitives.MultiplyAdd(company, variances.Source * weight, _sources, _sources);
            Span<double> row = _pairs.AsSpan(cell.Task * tasks, tasks);
            TensorPrimitives.MultiplyAdd(company, variances.Pair * weight, row, row);
            (int, int) key = (cell.Task, cell.Company);
            _companies[key] = _companies.GetValueOrDefault(key) + variances.Company * weight;
        }
    }

    /// <summary>The variances.</summary>
    public OutcomeVariances Variances { get; }

    /// <summary>β: what one unit of each estimate is worth.</summary>
    public double[] Weights { get; }

    /// <summary>Fits to measured outcomes.</summary>
    /// <param name="cells">n cells, at least one.</param>
    /// <param name="y">Their outcomes.</param>
    /// <param name="tasks">T.</param>
    /// <param name="believed">How many of the first estimates <paramref name="y"/> is a remainder of, so that their
    /// weights are 0 unless the outcomes clearly say otherwise.</param>
    /// <param name="quick">Whether usual variances will do.</param>
    /// <param name="threads">Upper limit of threads.</param>
    /// <param name="cancellationToken">Looked at between candidates.</param>
    public static OutcomeModel Fit(OutcomeCell[] cells, double[] y, int tasks, int believed, bool quick,
        int? threads, CancellationToken cancellationToken)
    {
        OutcomeVariances variances = OutcomeVariances.Start(believed, cells[0].Estimates.Length - believed);
        if (!quick)
            variances = OutcomeLikelihood.Maximize(OutcomeLikelihood.Density(cells, y, tasks), variances, believed,
                threads, cancellationToken);
        return new OutcomeModel(cells, y, tasks, variances);
    }

    /// <summary>The expected outcome, whatever the random numbers.</summary>
    public double Mean(in OutcomeCell cell)
    {
        double value = _levels[cell.Task] + (_size + _ownSizes[cell.Task]) * cell.Size
            + TensorPrimitives.Dot<double>(Weights, cell.Estimates)
            + _companies.GetValueOrDefault((cell.Task, cell.Company));
        ReadOnlySpan<double> pairs = _pairs.AsSpan(cell.Task * _tasks, _tasks);
        double absent = cell.Share(_tasks) * (TensorPrimitives.Sum(pairs) + TensorPrimitives.Sum<double>(_sources)
            - pairs[cell.Task] - _sources[cell.Task]);
        foreach (int j in cell.Members)
            if (j != cell.Task)
                value += pairs[j] + _sources[j];
        return value - absent;
    }

    /// <summary>Variance of the expected outcome around <see cref="Mean"/>.</summary>
    public double Variance(in OutcomeCell cell)
    {
        int n = _cells.Length;
        double[] k = new double[n], products = new double[OutcomeVariances.Parts(Weights.Length)],
            variances = [.. Variances.ToArray(), OutcomeVariances.Level];
        for (int c = 0; c < n; c++)
        {
            OutcomeVariances.Products(cell, _cells[c], _tasks, products);
            k[c] = TensorPrimitives.Dot<double>(variances, products);
        }
        OutcomeVariances.Products(cell, cell with { Company = 0 }, _tasks, products);
        products[Weights.Length + 4] = 1;
        double prior = TensorPrimitives.Dot<double>(variances, products);
        Cholesky.SolveLower<double>(_factor, n, k);
        return Math.Max(0, prior - TensorPrimitives.SumOfSquares<double>(k));
    }

    // L of K = LLᵀ. There is always noise, so K is positive definite.
    private static double[] Factor(OutcomeCell[] cells, int tasks, OutcomeVariances variances)
    {
        int n = cells.Length;
        double[] k = new double[n * n], products = new double[OutcomeVariances.Parts(variances.Estimates.Length)],
            each = [.. variances.ToArray(), OutcomeVariances.Level];
        for (int a = 0; a < n; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                OutcomeVariances.Products(cells[a], cells[b], tasks, products);
                k[a * n + b] = TensorPrimitives.Dot<double>(each, products);
            }
            k[a * n + a] += variances.Noise;
        }
        return Cholesky.TryFactor<double>(k, n, out int pivot) ? k
            : throw new ArgumentException($"Outcome {pivot} follows from the others without noise", nameof(variances));
    }
}
