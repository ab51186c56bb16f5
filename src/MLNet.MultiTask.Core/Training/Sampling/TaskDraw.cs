namespace MLNet.MultiTask.Training;

/// <summary>Draws the one task that a batch is for; the same for the same seed and step, without allocation.</summary>
internal sealed class TaskDraw
{
    private readonly double[] _shares;
    private readonly ulong _seed;

    /// <param name="labels">Per task: labels in the training rows.</param>
    /// <param name="temperature">Softness of the draw.</param>
    /// <param name="seed">Names the stream of random numbers, with the step.</param>
    public TaskDraw(IReadOnlyList<int> labels, double temperature, ulong seed)
    {
        // Relative to the most frequent task: counts to high powers would overflow.
        double most = labels.Max();
        _shares = [.. labels.Select(n => n == 0 ? 0 : Math.Pow(n / most, 1 / temperature))];
        _seed = seed;
    }

    /// <summary>
    /// Sets the factors of all tasks but the drawn one to 0, and makes its own that of a batch of its own.
    /// </summary>
    /// <param name="factors">Per task; 0 = without a label in the batch.</param>
    /// <param name="weightSums">Per task: Σ of weights in the batch.</param>
    /// <param name="step">Number of the step.</param>
    public void Keep(Span<float> factors, ReadOnlySpan<double> weightSums, int step)
    {
        double total = 0;
        for (int t = 0; t < factors.Length; t++)
            total += factors[t] > 0 ? _shares[t] : 0;
        double left = new RandomStream(_seed, "task of a batch", step).NextDouble() * total;
        int drawn = -1;
        for (int t = 0; t < factors.Length; t++)
        {
            if (!(factors[t] > 0))
                continue;
            if (drawn < 0 || left >= 0)
                drawn = t;
            left -= _shares[t];
        }
        for (int t = 0; t < factors.Length; t++)
            factors[t] = t == drawn ? (float)(1 / weightSums[t]) : 0;
    }
}
