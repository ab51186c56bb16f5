using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The course of a run on each fold of the validation rows. A run judged by the rows that chose its epoch flatters
/// small groups, whose least of many losses falls deeper; so every fold is judged at the epoch that the others choose.
/// </summary>
/// <param name="folds">The folds.</param>
/// <param name="members">The tasks of the run.</param>
internal sealed class FoldedCourse(ValidationFolds folds, int[] members)
{
    // Per epoch, fold and member.
    private readonly List<double[][]> _course = [];

    /// <summary>Looks on at the run.</summary>
    /// <param name="own">The table's rows with the members alone; let go after the run.</param>
    public ITrainingObserver Watch(TaskTable own) => new Observer(folds, own, _course);

    /// <summary>
    /// Per fold and member its loss on the fold's rows at the epoch that the other folds choose; NaN without label.
    /// </summary>
    /// <param name="own">Each member at its own best epoch; otherwise all where they stop together.</param>
    /// <param name="relative">The loss of a task as it counts when training decides when to stop.</param>
    /// <param name="weights">Per task.</param>
    public double[][] Judged(bool own, Func<int, double, double> relative, double[] weights)
    {
        int count = folds.Evaluators.Length;
        var judged = new double[count][];
        for (int fold = 0; fold < count; fold++)
        {
            double[][] others = [.. _course.Select(epoch => Mean(epoch, fold))];
            int together = Best(others.Length, e => members.Select((t, k) =>
                double.IsNaN(others[e][k]) ? 0 : weights[t] * relative(t, others[e][k])).Sum());
            judged[fold] = [.. members.Select((_, k) =>
                _course[own ? Best(others.Length, e => others[e][k]) : together][fold][k])];
        }
        return judged;
    }

    /// <summary>
    /// Per member the mean over the folds but one by what is observed in each; NaN where that is nothing.
    /// </summary>
    /// <param name="losses">Per fold and member.</param>
    /// <param name="without">A fold; −1 = none.</param>
    public double[] Mean(double[][] losses, int without) => [.. members.Select((t, k) =>
    {
        double sum = 0, total = 0;
        for (int f = 0; f < losses.Length; f++)
            if (f != without && folds.Weights[f][t] > 0)
                (sum, total) = (sum + folds.Weights[f][t] * losses[f][k], total + folds.Weights[f][t]);
        return sum / total;
    })];

    private static int Best(int epochs, Func<int, double> loss) => Enumerable.Range(0, epochs).MinBy(loss);

    private sealed class Observer(ValidationFolds folds, TaskTable own, List<double[][]> course) : ITrainingObserver
    {
        public void OnEpoch(SharedBottomNetwork network, int epoch) =>
            course.Add([.. folds.Evaluators.Select(fold => fold.Losses(network, own))]);
    }
}
