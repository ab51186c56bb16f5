namespace MLNet.MultiTask.Affinity;

/// <summary>Variances of the parts of an outcome, in units of the task's spread squared.</summary>
/// <param name="Estimates">Of the weight of every estimate.</param>
/// <param name="Size">Of what a larger company does to all tasks alike.</param>
/// <param name="OwnSize">Of what it does to one task.</param>
/// <param name="Source">Of what a member does to all others alike, γ.</param>
/// <param name="Pair">Of what a member does to one task, θ.</param>
/// <param name="Company">Of what one company does to a task beyond the sum of its members, η.</param>
/// <param name="Draw">Of what a run's random numbers do to a task, δ.</param>
/// <param name="Noise">Of what differs between a run and the next of the same company, ε.</param>
internal sealed record OutcomeVariances(double[] Estimates, double Size, double OwnSize, double Source, double Pair,
    double Company, double Draw, double Noise)
{
    /// <summary>Variance of a task's level, about which nothing is known.</summary>
    public const double Level = 100;

    private const int Fixed = 7;

    /// <summary>Where the search for them begins.</summary>
    /// <param name="believed">Estimates that are taken for what they say, so that no weight is left to them.</param>
    /// <param name="weighed">Estimates whose weights are found.</param>
    public static OutcomeVariances Start(int believed, int weighed) =>
        new([.. new double[believed], .. Enumerable.Repeat(0.04, weighed)], 0.04, 0.01, 0.01, 0.04, 0.09, 0.16, 0.25);

    /// <summary>In order, noise last.</summary>
    public double[] ToArray() => [.. Estimates, Size, OwnSize, Source, Pair, Company, Draw, Noise];

    /// <summary>The reverse of <see cref="ToArray"/>.</summary>
    public static OutcomeVariances From(double[] parts)
    {
        int q = parts.Length - Fixed;
        return new(parts[..q], parts[q], parts[q + 1], parts[q + 2], parts[q + 3], parts[q + 4], parts[q + 5],
            parts[q + 6]);
    }

    /// <summary>Parts of a covariance: those of <see cref="ToArray"/>, and the level.</summary>
    public static int Parts(int estimates) => estimates + Fixed + 1;

    /// <summary>Per part the covariance of two different cells at variance 1; 0 for the noise.</summary>
    public static void Products(in OutcomeCell a, in OutcomeCell b, int tasks, Span<double> products)
    {
        int q = a.Estimates.Length;
        for (int p = 0; p < q; p++)
            products[p] = a.Estimates[p] * b.Estimates[p];
        double same = a.Task == b.Task ? 1 : 0, size = a.Size * b.Size, alike = a.Likeness(b, tasks);
        products[q] = size;
        products[q + 1] = same * size;
        products[q + 2] = alike;
        products[q + 3] = same * alike;
        products[q + 4] = a.Company >= 0 && a.Company == b.Company ? same : 0;
        products[q + 5] = a.Draw >= 0 && a.Draw == b.Draw ? same : 0;
        products[q + 6] = 0;
        products[q + 7] = same;
    }
}
