namespace MLNet.MultiTask.Benchmarks.Generators;

/// <summary>
/// A smooth random function, f(x) = √(2/100)·Σ a·cos(w·x + b) over 100 terms with a ~ N(0, 1), w ~ N(0, s²·I) and
/// b ~ U(0, 2π): over draws nearly a Gaussian process with E f(x)f(y) = exp(−s²‖x − y‖²/2) (Rahimi, Recht 2007).
/// </summary>
internal sealed class CosineFunction
{
    private const int Terms = 100;
    private readonly double[] _amplitudes = new double[Terms], _phases = new double[Terms];
    private readonly double[][] _frequencies = new double[Terms][];

    /// <summary>Draws a function of <paramref name="inputs"/> numbers.</summary>
    /// <param name="stream">Where the numbers come from.</param>
    /// <param name="inputs">Length of x.</param>
    /// <param name="scale">s, the standard deviation of a frequency.</param>
    public CosineFunction(RandomStream stream, int inputs, double scale)
    {
        for (int m = 0; m < Terms; m++)
        {
            _amplitudes[m] = stream.NextNormal();
            _phases[m] = 2 * Math.PI * stream.NextDouble();
            _frequencies[m] = new double[inputs];
            for (int j = 0; j < inputs; j++)
                _frequencies[m][j] = scale * stream.NextNormal();
        }
    }

    /// <summary>f(x).</summary>
    public double At(ReadOnlySpan<float> x)
    {
        double sum = 0;
        for (int m = 0; m < Terms; m++)
        {
            double angle = _phases[m];
            for (int j = 0; j < x.Length; j++)
                angle += _frequencies[m][j] * x[j];
            sum += _amplitudes[m] * Math.Cos(angle);
        }
        return Math.Sqrt(2.0 / Terms) * sum;
    }
}
