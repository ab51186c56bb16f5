namespace MLNet.MultiTask.Training;

/// <summary>
/// Which of several candidates, such as numbers of trees or strengths of a penalty, each task takes: the one with the
/// least sum of its own relative validation loss, as often as it has validation labels, and of the tasks' mean, as
/// often as <see cref="PriorRows"/> labels. A task with few labels goes with the others, one with many goes its own
/// way; a best candidate out of many by few labels is best by chance.
/// </summary>
internal sealed class PooledChoice
{
    /// <summary>Labels as which the other tasks count.</summary>
    public const double PriorRows = 100;

    private readonly RelativeLoss _relative;
    private readonly double[] _counts, _least;

    public PooledChoice(TrainingProblem problem, RelativeLoss relative)
    {
        _relative = relative;
        _counts = [.. problem.TaskIndices.Select(column =>
            (double)problem.Validation.Count(row => problem.Table.Weight(row, column) > 0))];
        _least = new double[_counts.Length];
        Array.Fill(_least, double.PositiveInfinity);
    }

    /// <summary>Takes a candidate's validation losses; NaN = the task has none.</summary>
    /// <returns>
    /// Per task whether it is better than all before; a task without validation labels goes with the mean.
    /// </returns>
    public bool[] Add(IReadOnlyList<double> losses)
    {
        double mean = _relative.Total(losses);
        var better = new bool[_least.Length];
        for (int t = 0; t < better.Length; t++)
        {
            double own = double.IsNaN(losses[t]) ? 0 : _counts[t] * _relative.Of(t, losses[t]);
            double sum = own + PriorRows * mean;
            better[t] = sum < _least[t];
            _least[t] = better[t] ? sum : _least[t];
        }
        return better;
    }
}
