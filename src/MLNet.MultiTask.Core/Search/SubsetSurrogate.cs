using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Search;

/// <summary>
/// What trials say about groupings and settings not tried: per task a Bayesian linear regression (ridge with posterior
/// variance; Rasmussen, Williams 2006, eq. 2.8) of its gain on <see cref="SurrogateColumns"/>, with the affinity
/// estimate in the prior's mean. A trial is T observations, one per task, so a few trials say much.
/// </summary>
internal sealed class SubsetSurrogate
{
    // Share of noise in the variance of the trials where nothing says how noisy they are.
    private const double UnknownNoise = 0.3;

    private readonly SurrogateColumns _columns;
    private readonly int _tasks;
    private readonly int _d;
    private readonly double[][] _gram;
    private readonly double[][] _moment;
    private readonly double[] _sum;
    private readonly double[] _squares;
    private readonly int[] _used;
    private readonly double[] _values;

    public SubsetSurrogate(SweepSpace space, TaskAffinity? affinity)
    {
        (_tasks, _columns) = (space.TaskNames.Count, new(space.TaskNames.Count, affinity, space));
        _d = _columns.Count;
        _gram = [.. Enumerable.Range(0, _tasks).Select(_ => new double[_d * _d])];
        _moment = [.. Enumerable.Range(0, _tasks).Select(_ => new double[_d])];
        (_sum, _squares) = (new double[_tasks], new double[_tasks]);
        int most = _tasks + 3 + space.Learners.Max(l => l.Settings.Count) + 1;
        (_used, _values) = (new int[most], new double[most]);
    }

    private SubsetSurrogate(SubsetSurrogate other)
    {
        (_tasks, _columns, _d) = (other._tasks, other._columns, other._d);
        _gram = [.. other._gram.Select(g => (double[])g.Clone())];
        _moment = [.. other._moment.Select(m => (double[])m.Clone())];
        (_sum, _squares) = ([.. other._sum], [.. other._squares]);
        (_used, _values) = (new int[other._used.Length], new double[other._values.Length]);
    }

    /// <summary>A surrogate that knows the same, and learns by itself from here.</summary>
    public SubsetSurrogate Clone() => new(this);

    /// <summary>Mean loss of every task over the trials; NaN where there was none.</summary>
    public double[] MeanLosses() => [.. Enumerable.Range(0, _tasks).Select(t => -_sum[t] / _gram[t][0])];

    /// <summary>Takes note of a trial.</summary>
    /// <param name="point">What was tried.</param>
    /// <param name="losses">Length T, lower is better; a task whose loss is not finite says nothing.</param>
    public void Add(SweepPoint point, IReadOnlyList<double> losses)
    {
        foreach (TaskGroup group in point.Grouping.Groups)
            foreach (int task in group.Served)
            {
                double gain = -losses[task];
                if (!double.IsFinite(gain))
                    continue;
                int n = Fill(task, group.Members, point.Of(group));
                (double[] gram, double[] moment) = (_gram[task], _moment[task]);
                for (int a = 0; a < n; a++)
                {
                    moment[_used[a]] += _values[a] * gain;
                    for (int b = 0; b < n; b++)
                        gram[_used[a] * _d + _used[b]] += _values[a] * _values[b];
                }
                _sum[task] += gain;
                _squares[task] += gain * gain;
            }
    }

    /// <summary>
    /// Weights T×d of the posterior: its mean, or one sample of it (Thompson 1933). Gains are in units of the pooled
    /// deviation of the trials; only differences matter.
    /// </summary>
    /// <param name="noise">Variance of a gain, in the losses' units squared; NaN = unknown.</param>
    /// <param name="sample">Where samples come from; null = the mean.</param>
    public double[][] Weights(double noise, RandomStream? sample)
    {
        double scale = Scale();
        double precision = 1 / (double.IsNaN(noise) ? UnknownNoise : Math.Clamp(noise / (scale * scale), 0.05, 4));
        var weights = new double[_tasks][];
        for (int t = 0; t < _tasks; t++)
            weights[t] = Weights(t, scale, precision, sample);
        return weights;
    }

    /// <summary>The predicted gain of a task in a group, without what the settings add.</summary>
    public double Gain(double[][] weights, int task, IReadOnlyList<int> members)
    {
        int n = _columns.Fill(task, members, _used, _values);
        double gain = 0;
        for (int i = 0; i < n; i++)
            gain += _values[i] * weights[task][_used[i]];
        return gain;
    }

    /// <summary>What a choice of learner and settings adds, summed over some tasks.</summary>
    public double Gain(double[][] weights, LearnerSettings choice, IReadOnlyList<int> tasks)
    {
        int n = FillSettings(choice, 0);
        double gain = 0;
        for (int i = 0; i < n; i++)
            foreach (int task in tasks)
                gain += weights[task][_used[i]];
        return gain;
    }

    private double[] Weights(int task, double scale, double precision, RandomStream? sample)
    {
        (double[] gram, double[] moment) = (_gram[task], _moment[task]);
        // Column 0 is always 1, so its products are the number of observations and the sums of the columns.
        double observed = gram[0], centre = observed > 0 ? _sum[task] / observed : 0;
        double[] a = new double[_d * _d], w = new double[_d];
        for (int i = 0; i < _d; i++)
        {
            for (int j = 0; j <= i; j++)
                a[i * _d + j] = precision * gram[i * _d + j];
            double prior = _columns.PriorPrecision(i);
            a[i * _d + i] += prior;
            w[i] = prior * SurrogateColumns.PriorMean(i) + precision * (moment[i] - centre * gram[i]) / scale;
        }
        if (!Cholesky.TryFactor<double>(a, _d, out int pivot))
            throw new InvalidOperationException($"The surrogate of task {task} is singular in column {pivot}");
        Cholesky.Solve<double>(a, _d, w);
        if (sample is { } stream)
            AddSample(a, w, new RandomStream(stream.State ^ RandomStream.Mix((ulong)task + 1)));
        return w;
    }

    /// <summary>Adds L⁻ᵀ·z for z ~ N(0, I): its covariance is the inverse of A = L·Lᵀ.</summary>
    private void AddSample(double[] l, double[] w, RandomStream stream)
    {
        var z = new double[_d];
        for (int i = 0; i < _d; i++)
            z[i] = stream.NextNormal();
        for (int i = _d - 1; i >= 0; i--)
        {
            z[i] /= l[i * _d + i];
            for (int j = 0; j < i; j++)
                z[j] -= l[i * _d + j] * z[i];
        }
        for (int i = 0; i < _d; i++)
            w[i] += z[i];
    }

    /// <summary>Pooled standard deviation of a task's gains around its own mean; 1 while there is none.</summary>
    private double Scale()
    {
        double squares = 0, degrees = 0;
        for (int t = 0; t < _tasks; t++)
        {
            double n = _gram[t][0];
            if (n < 2)
                continue;
            squares += Math.Max(0, _squares[t] - _sum[t] * _sum[t] / n);
            degrees += n - 1;
        }
        double scale = Math.Sqrt(squares / Math.Max(1, degrees));
        return scale > 0 ? scale : 1;
    }

    private int Fill(int task, IReadOnlyList<int> members, LearnerSettings choice) =>
        FillSettings(choice, _columns.Fill(task, members, _used, _values));

    private int FillSettings(LearnerSettings choice, int n)
    {
        AddKey(choice.Learner);
        foreach (var (name, value) in choice.Settings)
            AddKey(SweepSpace.Key(choice.Learner, name, value));
        return n;

        void AddKey(string key)
        {
            if (_columns.SettingColumn(key) is >= 0 and var column)
                (_used[n], _values[n++]) = (column, 1);
        }
    }
}
