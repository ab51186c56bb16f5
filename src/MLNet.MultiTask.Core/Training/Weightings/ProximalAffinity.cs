namespace MLNet.MultiTask.Training;

/// <summary>
/// The proximal affinity of tasks: an exponential mean per ordered pair of how the target's loss fell across an update
/// of the source's group; and the groups that follow from it.
/// </summary>
internal sealed class ProximalAffinity
{
    private readonly int _tasks;
    private readonly double _decay;
    private readonly double[] _linkage;
    private readonly int[] _sizes;

    public ProximalAffinity(int tasks, double decay)
    {
        (_tasks, _decay) = (tasks, decay);
        State = new double[2 * tasks * tasks];
        _linkage = new double[tasks * tasks];
        (_sizes, Groups) = (new int[tasks], [.. Enumerable.Range(0, tasks)]);
    }

    /// <summary>T×T means from 0 on, rows = targets, and T×T numbers of measurements.</summary>
    public double[] State { get; }

    /// <summary>Per task: the smallest task of its group.</summary>
    public int[] Groups { get; }

    public void Add(int target, int source, double value)
    {
        ref double mean = ref State[target * _tasks + source];
        mean += _decay * (value - mean);
        State[_tasks * _tasks + target * _tasks + source]++;
    }

    /// <summary>The mean without the weight of its start at 0; 0 where nothing was measured.</summary>
    public static double[] Unbiased(ReadOnlySpan<double> state, int tasks, double decay)
    {
        var values = new double[tasks * tasks];
        for (int p = 0; p < values.Length; p++)
            if (state[values.Length + p] > 0)
                values[p] = state[p] / (1 - Math.Pow(1 - decay, state[values.Length + p]));
        return values;
    }

    /// <summary>Joins the two groups of highest mean affinity, both ways, as long as it is positive.</summary>
    public void Regroup()
    {
        for (int i = 0; i < _tasks; i++)
        {
            (Groups[i], _sizes[i]) = (i, 1);
            for (int j = 0; j < _tasks; j++)
                _linkage[i * _tasks + j] = Unbiased(i, j) + Unbiased(j, i);
        }
        while (Best() is (var a, var b))
        {
            for (int i = 0; i < _tasks; i++)
            {
                _linkage[a * _tasks + i] = _linkage[i * _tasks + a] = (_sizes[a] * _linkage[a * _tasks + i]
                    + _sizes[b] * _linkage[b * _tasks + i]) / (_sizes[a] + _sizes[b]);
                Groups[i] = Groups[i] == b ? a : Groups[i];
            }
            _sizes[a] += _sizes[b];
        }
    }

    private double Unbiased(int target, int source)
    {
        double count = State[_tasks * _tasks + target * _tasks + source];
        return count > 0 ? State[target * _tasks + source] / (1 - Math.Pow(1 - _decay, count)) : 0;
    }

    private (int, int)? Best()
    {
        (int, int)? best = null;
        double most = 0;
        for (int a = 0; a < _tasks; a++)
            for (int b = a + 1; b < _tasks; b++)
                if (Groups[a] == a && Groups[b] == b && _linkage[a * _tasks + b] > most)
                    (most, best) = (_linkage[a * _tasks + b], (a, b));
        return best;
    }
}
