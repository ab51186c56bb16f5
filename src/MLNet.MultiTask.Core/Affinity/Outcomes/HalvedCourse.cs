using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The course of a run on each half of the validation rows. A run judged by the rows that chose its epoch flatters small
/// groups, whose least of many losses falls deeper; so one half chooses and the other judges, and the other way round.
/// </summary>
/// <param name="halves">One evaluator per half.</param>
/// <param name="members">The tasks of the run.</param>
internal sealed class HalvedCourse(ForwardEvaluator[] halves, int[] members) : ITrainingObserver
{
    private readonly List<double[]>[] _courses = [.. halves.Select(_ => new List<double[]>())];

    /// <summary>Evaluators of two halves of some rows, drawn at random.</summary>
    public static ForwardEvaluator[] Halves(TaskTable table, int[] rows, ulong seed)
    {
        int[] order = [.. rows];
        new RandomStream(seed, "halves").Shuffle<int>(order);
        int half = order.Length / 2;
        return [.. new[] { order[..half], order[half..] }.Where(part => part.Length > 0).Select(part =>
        {
            Array.Sort(part);
            return new ForwardEvaluator(table, part);
        })];
    }

    void ITrainingObserver.OnEpoch(SharedBottomNetwork network, int epoch)
    {
        for (int h = 0; h < halves.Length; h++)
            _courses[h].Add(halves[h].LossesOfMembers(network, members));
    }

    /// <summary>
    /// Per member the mean over the halves of its loss on one at the epoch that the other chooses; NaN for a member
    /// without a label in a half.
    /// </summary>
    /// <param name="own">Each member at its own best epoch; otherwise all where they stop together.</param>
    /// <param name="relative">The loss of a task as it counts when training decides when to stop.</param>
    /// <param name="weights">Per task.</param>
    public double[] Losses(bool own, Func<int, double, double> relative, double[] weights)
    {
        var losses = new double[members.Length];
        for (int h = 0; h < _courses.Length; h++)
        {
            List<double[]> chooses = _courses[h], judges = _courses[_courses.Length - 1 - h];
            int together = Best(chooses, epoch => members.Select((t, k) =>
                double.IsNaN(epoch[k]) ? 0 : weights[t] * relative(t, epoch[k])).Sum());
            for (int k = 0; k < losses.Length; k++)
                losses[k] += judges[own ? Best(chooses, epoch => epoch[k]) : together][k] / _courses.Length;
        }
        return losses;
    }

    private static int Best(List<double[]> course, Func<double[], double> loss) =>
        Enumerable.Range(0, course.Count).MinBy(e => loss(course[e]));
}
