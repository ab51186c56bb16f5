using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// How every task's validation loss develops, mean over the runs that hold it; says where the common early stopping of
/// a group falls, and what its members have learnt by then.
/// </summary>
internal sealed class StoppingCourse
{
    // Epochs whose mean is within this share of the whole fall are about as likely to be the best of a single run.
    private const double Sharpness = 0.01;

    private readonly double[][] _losses, _relative;
    private readonly double[] _weights;

    private StoppingCourse(double[][] losses, double[][] relative, double[] weights) =>
        (_losses, _relative, _weights) = (losses, relative, weights);

    /// <summary>Averages the runs: epoch by epoch the mean change of those that still go on.</summary>
    /// <param name="tasks">All tasks.</param>
    /// <param name="runs">Some runs.</param>
    /// <param name="patience">Epochs in which no member gets better that end a run.</param>
    /// <param name="relative">The loss of a task as it counts when training decides when to stop.</param>
    public static StoppingCourse Of(IReadOnlyList<TaskInfo> tasks, IReadOnlyList<ProbeRun> runs, int patience,
        Func<int, double, double> relative)
    {
        int[] lengths = [.. runs.Select(run => run.Length(patience))];
        int epochs = lengths.Max();
        double[][] losses = [.. tasks.Select(_ => new double[epochs])];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            double[] change = new double[tasks.Count], count = new double[tasks.Count];
            for (int r = 0; r < runs.Count; r++)
                for (int k = 0; k < runs[r].Members.Length && epoch < lengths[r]; k++)
                {
                    change[runs[r].Members[k]] +=
                        runs[r].Course[epoch][k] - (epoch == 0 ? 0 : runs[r].Course[epoch - 1][k]);
                    count[runs[r].Members[k]]++;
                }
            for (int t = 0; t < losses.Length; t++)
                losses[t][epoch] =
                    (epoch == 0 ? 0 : losses[t][epoch - 1]) + (count[t] > 0 ? change[t] / count[t] : 0);
        }
        return new StoppingCourse(losses,
            [.. losses.Select((course, t) => course.Select(loss => relative(t, loss)).ToArray())],
            [.. tasks.Select(t => (double)t.Weight)]);
    }

    /// <summary>What each member of a group has learnt where the group stops: its loss in the mean course.</summary>
    public double[] Expected(int[] members)
    {
        int epochs = _losses[0].Length;
        double weight = members.Sum(t => _weights[t]);
        double[] mean = [.. Enumerable.Range(0, epochs).Select(e => weight > 0
            ? members.Sum(t => _weights[t] * _relative[t][e]) / weight : members.Average(t => _relative[t][e]))];
        double least = mean.Min(), fall = Math.Max(mean[0] - least, 1e-12);
        double[] likely = [.. mean.Select(m => Math.Exp(-(m - least) / (Sharpness * fall)))];
        double total = likely.Sum();
        return [.. members.Select(t => _losses[t].Select((loss, e) => likely[e] / total * loss).Sum())];
    }
}
