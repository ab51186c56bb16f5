namespace MLNet.MultiTask.Training;

/// <summary>Makes the steps of <see cref="GroupUpdatesWeighting"/>.</summary>
internal sealed class GroupUpdatesNetwork(IMovableNetwork inner, GroupUpdatesWeighting method,
    IReadOnlyList<TaskInfo> tasks) : SteppedNetwork(inner)
{
    private readonly ProximalAffinity _affinity = new(tasks.Count, method.Decay);
    private readonly float[] _part = new float[tasks.Count];
    private readonly double[] _before = new double[tasks.Count], _after = new double[tasks.Count];
    private readonly int[] _groups = new int[tasks.Count];

    // By name: the order of columns does not decide which group goes first.
    private readonly int[] _order = [.. Enumerable.Range(0, tasks.Count).OrderBy(t => tasks[t].Name,
        StringComparer.Ordinal)];
    private int _updates;

    /// <summary>The affinity, and the number of updates.</summary>
    public override int StateLength => _affinity.State.Length + 1;

    /// <summary>
    /// From the numbers that a checkpoint of such a training holds for the weighting: T×T affinity, rows = targets, and
    /// how often each pair was measured.
    /// </summary>
    public static (double[] Affinity, double[] Counts) AffinityOf(ReadOnlySpan<double> weighting, int tasks,
        double decay)
    {
        int pairs = tasks * tasks;
        ReadOnlySpan<double> state = weighting.Slice(weighting.Length - 1 - 2 * pairs, 2 * pairs);
        return (ProximalAffinity.Unbiased(state, tasks, decay), state[pairs..].ToArray());
    }

    public override void RestoreOwn(ReadOnlySpan<double> state)
    {
        state[..^1].CopyTo(_affinity.State);
        _updates = (int)state[^1];
        _affinity.Regroup();
    }

    public override void Descend(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, int step,
        float learningRate)
    {
        ComputeLosses();
        LossSums.CopyTo(_before);
        bool singly = (step - 1) % method.Probe == 0;
        for (int t = 0; t < _groups.Length; t++)
            _groups[t] = singly ? t : _affinity.Groups[t];
        bool fresh = true;
        for (int place = 0; place < _order.Length; place++)
        {
            int group = _groups[_order[place]];
            if (IsDone(group, place))
                continue;
            bool any = false;
            for (int t = 0; t < _part.Length; t++)
            {
                _part[t] = _groups[t] == group ? factors[t] : 0;
                any |= _part[t] != 0;
            }
            if (!any)
                continue;
            // The last group's look back is the next one's pass forward.
            if (!fresh)
                ForwardAgain();
            Inner.DescendPart(_part, ++_updates, learningRate);
            ForwardAgain();
            Inner.ComputeLosses();
            Inner.LossSums.CopyTo(_after);
            fresh = false;
            Track(factors, group);
            _after.CopyTo(_before, 0);
        }
        if (singly)
            _affinity.Regroup();
    }

    protected override void SaveTo(Span<double> state)
    {
        _affinity.State.CopyTo(state);
        state[^1] = _updates;
    }

    private bool IsDone(int group, int place)
    {
        for (int earlier = 0; earlier < place; earlier++)
            if (_groups[_order[earlier]] == group)
                return true;
        return false;
    }

    private void Track(ReadOnlySpan<float> factors, int group)
    {
        for (int target = 0; target < _groups.Length; target++)
        {
            if (factors[target] == 0 || _groups[target] == group || _before[target] <= 0
                || !double.IsFinite(_after[target]))
                continue;
            double gain = 1 - _after[target] / _before[target];
            for (int source = 0; source < _groups.Length; source++)
                if (_part[source] != 0)
                    _affinity.Add(target, source, gain);
        }
    }
}
