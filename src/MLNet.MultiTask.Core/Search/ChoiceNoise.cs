namespace MLNet.MultiTask.Search;

/// <summary>
/// How noisy the difference of a trial to the lowest one is. What a fold's rows do to all trials cancels out; what is
/// left is much the same for all trials, so it is estimated from all of them together: a few folds of one trial say
/// little. With one fold only, the spread over the tasks takes its place.
/// </summary>
internal sealed class ChoiceNoise
{
    private readonly SweepTrial _lowest;
    private readonly Func<SweepTrial, IReadOnlyList<double[]>> _losses;

    /// <param name="trials">Completed trials.</param>
    /// <param name="lowest">What the others are compared with.</param>
    /// <param name="losses">Folds × T of a trial, the same folds for all.</param>
    public ChoiceNoise(IEnumerable<SweepTrial> trials, SweepTrial lowest,
        Func<SweepTrial, IReadOnlyList<double[]>> losses)
    {
        (_lowest, _losses) = (lowest, losses);
        double[] squares = [.. trials.Where(t => t.Number != lowest.Number)
            .Select(t => SweepLosses.Difference(losses(t), losses(lowest)).StandardError)
            .Where(double.IsFinite).Select(e => e * e)];
        StandardError = squares.Length == 0 ? double.NaN : Math.Sqrt(squares.Average());
    }

    /// <summary>Of a difference of mean losses; NaN where nothing is known.</summary>
    public double StandardError { get; }

    /// <summary>Whether a trial is no more than some standard errors worse than the lowest.</summary>
    public bool IsWithin(SweepTrial trial, double errors) => trial.Number == _lowest.Number
        || SweepLosses.Difference(_losses(trial), _losses(_lowest)).Mean <= errors * StandardError;
}
