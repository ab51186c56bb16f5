using System.Globalization;

namespace MLNet.MultiTask;

/// <summary>How linear models are fitted: on standardised features, the penalty beside the tasks' mean
/// losses.</summary>
public sealed record LinearOptions
{
    /// <summary>How tasks are held together.</summary>
    /// <value>The default value is <see cref="LinearPenalty.Ridge"/>.</value>
    public LinearPenalty Penalty { get; init; }

    /// <summary>
    /// Strengths λ to try, from strong to weak; each task keeps the one that is best on its validation rows,
    /// or on all tasks' where its own are few.
    /// </summary>
    /// <value>
    /// The default value is empty: 13 of them, from 10 to 10⁻⁵ (squared penalties) or from the least that makes all
    /// weights 0 to a ten-thousandth of it, of which those behind three that make no task better are left out. Positive
    /// and finite, descending.
    /// </value>
    public IReadOnlyList<double> Strengths { get; init; } = [];

    /// <summary>Most steps of the solver per strength.</summary>
    /// <value>The default value is 1,000; at least 1.</value>
    public int MaximumIterations { get; init; } = 1000;

    /// <summary>
    /// The solver ends when a step changes the weights by less, relative to them; with a squared penalty, when the
    /// gradient is less than a tenth of it, relative to that of weights 0.
    /// </summary>
    /// <value>The default value is 10⁻⁵; positive, below 1.</value>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>One line of everything that decides the bits, in a fixed order.</summary>
    internal string Settings => string.Create(CultureInfo.InvariantCulture,
        $"{Penalty}; strengths {string.Join(' ', Strengths.Select(Text))}; {MaximumIterations} steps; " +
        $"tolerance {Tolerance}");

    private static string Text(double strength) => strength.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A value is out of range; name, range and value are in the message.
    /// </exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Strengths);
        Check(Enum.IsDefined(Penalty), nameof(Penalty), Penalty, "a penalty");
        for (int i = 0; i < Strengths.Count; i++)
            Check(Strengths[i] > 0 && double.IsFinite(Strengths[i]) && (i == 0 || Strengths[i] < Strengths[i - 1]),
                $"{nameof(Strengths)}[{i}]", Strengths[i], "positive, finite and less than the one before");
        Check(MaximumIterations >= 1, nameof(MaximumIterations), MaximumIterations, "at least 1");
        Check(Tolerance is > 0 and < 1, nameof(Tolerance), Tolerance, "positive and below 1");
    }

    private static void Check(bool ok, string name, object? value, string range)
    {
        if (!ok)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}");
    }
}
