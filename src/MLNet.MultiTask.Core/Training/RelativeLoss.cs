using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Training;

/// <summary>
/// The validation loss that decides: per task relative to its trivial predictor, the constant of the training rows,
/// and bounded, so that no task rules the mean by its unit, a mistyped target or a drift.
/// </summary>
internal sealed class RelativeLoss
{
    // What a task loses at most for being worse than trivial: little, but enough to tell bad from worse.
    private const double MostBeyondTrivial = 0.25;

    private readonly TrainingProblem _problem;
    private readonly double[] _trivial;

    public RelativeLoss(TrainingProblem problem)
    {
        _problem = problem;
        _trivial = [.. TrivialLoss.Of(problem.Table, problem.TaskIndices, problem.Train, problem.Validation)
            .Select((loss, t) => loss / problem.Scales[t] / problem.Scales[t])];
    }

    /// <summary>
    /// Σ ωₜ f(Lₜ / L⁰ₜ) / Σ ωₜ over the tasks with a validation label, with f(r) = r up to 1 and 1 + (1 − 1/r)/4
    /// beyond; NaN where there is none.
    /// </summary>
    /// <param name="losses">Length T; NaN = no validation label.</param>
    public double Total(IReadOnlyList<double> losses) => Total(losses, -1);

    /// <summary>The same without one task; −1 leaves out none.</summary>
    public double Total(IReadOnlyList<double> losses, int without)
    {
        double total = 0, weight = 0;
        for (int t = 0; t < losses.Count; t++)
        {
            if (t == without || double.IsNaN(losses[t]))
                continue;
            total += _problem.Tasks[t].Weight * Bounded(losses[t], _trivial[t]);
            weight += _problem.Tasks[t].Weight;
        }
        return total / weight;
    }

    /// <summary>What one task's loss counts: f(L / L⁰).</summary>
    public double Of(int task, double loss) => Bounded(loss, _trivial[task]);

    private static double Bounded(double loss, double trivial)
    {
        double ratio = loss / trivial;
        return ratio <= 1 ? ratio : trivial == 0 && loss == 0 ? 1 : 1 + MostBeyondTrivial * (1 - 1 / ratio);
    }
}
