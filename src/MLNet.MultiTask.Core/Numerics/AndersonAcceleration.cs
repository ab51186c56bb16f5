using System.Numerics.Tensors;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// Anderson acceleration (type II, Anderson 1965; Walker and Ni 2011) of a fixed-point iteration x ← g(x): the next
/// iterate is the combination of the last images whose residual g(x) − x is smallest.
/// </summary>
/// <param name="size">Length of x.</param>
/// <param name="memory">Number of steps combined.</param>
internal sealed class AndersonAcceleration(int size, int memory = 10)
{
    private const double Regularisation = 1e-10;
    private const double LargestCombination = 1e4;

    private readonly double[][] _residualSteps = Rows(memory, size), _imageSteps = Rows(memory, size);
    private readonly double[] _gram = new double[memory * memory], _residual = new double[size];
    private readonly double[] _lastResidual = new double[size], _lastImage = new double[size];
    private double _best = double.PositiveInfinity;
    private int _count, _next;
    private bool _hasLast;

    /// <summary>Forgets the history, as after a change of g.</summary>
    public void Reset() => (_count, _next, _hasLast, _best) = (0, 0, false, double.PositiveInfinity);

    /// <summary>Replaces x by the accelerated next iterate.</summary>
    /// <param name="x">The iterate.</param>
    /// <param name="image">g(x).</param>
    public void Step(Span<double> x, ReadOnlySpan<double> image)
    {
        TensorPrimitives.Subtract(image, x, _residual);
        double norm = TensorPrimitives.Norm(_residual);
        if (norm > 2 * _best)
            Reset();
        _best = Math.Min(_best, norm);
        if (_hasLast)
            Remember(image);
        _residual.CopyTo(_lastResidual, 0);
        image.CopyTo(_lastImage);
        _hasLast = true;
        image.CopyTo(x);
        if (_count > 0)
            Combine(x);
    }

    private void Remember(ReadOnlySpan<double> image)
    {
        TensorPrimitives.Subtract(_residual, _lastResidual, _residualSteps[_next]);
        TensorPrimitives.Subtract(image, _lastImage, _imageSteps[_next]);
        _count = Math.Min(_count + 1, memory);
        for (int j = 0; j < _count; j++)
            _gram[_next * memory + j] = _gram[j * memory + _next] = TensorPrimitives.Dot<double>(_residualSteps[_next],
                _residualSteps[j]);
        _next = (_next + 1) % memory;
    }

    /// <summary>x −= Σ γ_j·Δg_j with γ minimising ‖f − Σ γ_j·Δf_j‖; left alone when γ is wild.</summary>
    private void Combine(Span<double> x)
    {
        double[] system = new double[_count * _count], gamma = new double[_count];
        double trace = 0;
        for (int i = 0; i < _count; i++)
        {
            gamma[i] = TensorPrimitives.Dot<double>(_residualSteps[i], _residual);
            trace += _gram[i * memory + i];
            for (int j = 0; j < _count; j++)
                system[i * _count + j] = _gram[i * memory + j];
        }
        for (int i = 0; i < _count; i++)
            system[i * _count + i] += Regularisation * trace;
        if (!Cholesky.TryFactor<double>(system, _count, out _))
            return;
        Cholesky.Solve<double>(system, _count, gamma);
        if (!(TensorPrimitives.SumOfMagnitudes<double>(gamma) <= LargestCombination))
            return;
        for (int j = 0; j < _count; j++)
            TensorPrimitives.MultiplyAdd(_imageSteps[j], -gamma[j], x, x);
    }

    private static double[][] Rows(int count, int length) =>
        [.. Enumerable.Range(0, count).Select(_ => new double[length])];
}
