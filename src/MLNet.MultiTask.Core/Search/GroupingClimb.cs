namespace MLNet.MultiTask.Search;

/// <summary>
/// Climbs from a partition to one that no move, swap, merge or split betters, where a partition is worth the sum over
/// its groups of what its members gain there. Deterministic.
/// </summary>
/// <param name="tasks">Number of tasks T.</param>
/// <param name="gain">What a task gains among some members, itself included; members in any order.</param>
/// <param name="allow">Whether a partition, given as group numbers, may be taken.</param>
/// <param name="asGroup">What a group gains besides, by its tasks; null = nothing.</param>
internal sealed class GroupingClimb(int tasks, Func<int, List<int>, double> gain, Func<int[], bool> allow,
    Func<IReadOnlyList<int>, double>? asGroup = null)
{
    // Swaps and merges grow with the square of the number of tasks; moves alone get there, too, in more steps.
    private const int MostTasksForPairs = 64;
    private const int MostRounds = 20;
    private const int MostTasksToRemember = 128;
    private const double LeastGain = 1e-9;

    private readonly Dictionary<UInt128, double> _known = [];
    private readonly List<List<int>> _groups = [];
    private readonly int[] _of = new int[tasks];
    private readonly int[] _numbers = new int[tasks + 1];

    /// <summary>The value of a partition.</summary>
    /// <param name="assignment">Length T; group numbers from 0 to T.</param>
    public double Worth(int[] assignment)
    {
        Load(assignment);
        return _groups.Sum(Value);
    }

    /// <summary>The top reached from a start; the start itself where it is not allowed to leave it.</summary>
    public int[] Run(int[] start)
    {
        Load(start);
        for (int round = 0; round < MostRounds; round++)
        {
            bool moved = MoveTasks();
            if (tasks <= MostTasksForPairs)
                moved |= Swap() | Merge();
            if (!moved && !Split())
                break;
        }
        return [.. _of];
    }

    private void Load(int[] assignment)
    {
        _groups.Clear();
        Array.Fill(_numbers, -1);
        for (int t = 0; t < tasks; t++)
        {
            ref int number = ref _numbers[assignment[t]];
            if (number < 0)
            {
                number = _groups.Count;
                _groups.Add([]);
            }
            _groups[number].Add(t);
            _of[t] = number;
        }
    }

    /// <summary>What the members of a group gain together; known from before where the group came up already.</summary>
    private double Value(List<int> group) => Value(group, Key(group), -1, -1);

    private double Value(List<int> group, UInt128 key, int with, int without)
    {
        if (tasks <= MostTasksToRemember && _known.TryGetValue(key, out double known))
            return known;
        List<int> own = with < 0 && without < 0 ? group
            : [.. group.Where(t => t != without), .. with < 0 ? [] : (int[])[with]];
        double sum = own.Count > 0 ? asGroup?.Invoke(own) ?? 0 : 0;
        foreach (int task in own)
            sum += gain(task, own);
        if (tasks <= MostTasksToRemember)
            _known.Add(key, sum);
        return sum;
    }

    private UInt128 Key(List<int> group)
    {
        UInt128 key = 0;
        if (tasks <= MostTasksToRemember)
            foreach (int task in group)
                key |= UInt128.One << task;
        return key;
    }

    /// <summary>Every task in turn goes where it is worth most, a group of its own included.</summary>
    private bool MoveTasks()
    {
        bool moved = false;
        for (int task = 0; task < tasks; task++)
        {
            if (_groups.All(g => g.Count > 0))
                _groups.Add([]);
            int from = _of[task];
            double home = Value(_groups[from]), left = ValueWithout(_groups[from], task);
            (double best, int to) = (LeastGain, from);
            for (int g = 0; g < _groups.Count; g++)
            {
                if (g == from)
                    continue;
                double better = left + ValueWith(_groups[g], task) - home - Value(_groups[g]);
                if (better > best && Allows((task, g)))
                    (best, to) = (better, g);
            }
            if (to != from)
                (_, moved) = (Take((task, to)), true);
        }
        return moved;
    }

    private bool Swap()
    {
        bool moved = false;
        for (int a = 0; a < tasks; a++)
            for (int b = a + 1; b < tasks; b++)
            {
                (int ga, int gb) = (_of[a], _of[b]);
                if (ga == gb)
                    continue;
                double before = Value(_groups[ga]) + Value(_groups[gb]);
                moved |= TakeIfBetter(before, [ga, gb], (a, gb), (b, ga));
            }
        return moved;
    }

    private bool Merge()
    {
        bool moved = false;
        for (int g = 0; g < _groups.Count; g++)
            for (int h = g + 1; h < _groups.Count; h++)
                if (_groups[g].Count > 0 && _groups[h].Count > 0)
                    moved |= TakeIfBetter(Value(_groups[g]) + Value(_groups[h]), [g, h],
                        [.. _groups[h].Select(t => (t, g))]);
        return moved;
    }

    /// <summary>
    /// A group is cut in two: one task leaves, and those follow that are worth more beside it. Taken only if that pays.
    /// </summary>
    private bool Split()
    {
        if (_groups.All(g => g.Count > 0))
            _groups.Add([]);
        int empty = _groups.FindIndex(g => g.Count == 0);
        for (int g = 0; g < _groups.Count; g++)
            foreach (int seed in _groups[g].ToArray())
            {
                if (_groups[g].Count < 4)
                    continue;
                List<int> rest = [.. _groups[g].Where(t => t != seed)], gone = [seed];
                foreach (int task in _groups[g])
                    if (task != seed && rest.Count > 1 && ValueWithout(rest, task) + ValueWith(gone, task)
                        > Value(rest) + Value(gone))
                    {
                        rest.Remove(task);
                        gone.Add(task);
                    }
                if (TakeIfBetter(Value(_groups[g]), [g, empty], [.. gone.Select(t => (t, empty))]))
                    return true;
            }
        return false;
    }

    private bool TakeIfBetter(double before, int[] changed, params (int Task, int Group)[] changes)
    {
        (int Task, int Group)[] back = Take(changes);
        double after = changed.Sum(g => Value(_groups[g]));
        if (after > before + LeastGain && allow(_of))
            return true;
        Take(back);
        return false;
    }

    private bool Allows(params (int Task, int Group)[] changes)
    {
        (int Task, int Group)[] back = Take(changes);
        bool allowed = allow(_of);
        Take(back);
        return allowed;
    }

    /// <summary>Makes changes; returns those that undo them.</summary>
    private (int Task, int Group)[] Take(params (int Task, int Group)[] changes)
    {
        (int Task, int Group)[] back = [.. changes.Select(c => (c.Task, _of[c.Task]))];
        foreach (var (task, group) in changes)
        {
            _groups[_of[task]].Remove(task);
            _groups[group].Add(task);
            _of[task] = group;
        }
        return back;
    }

    private double ValueWithout(List<int> group, int task) =>
        Value(group, Key(group) & ~(UInt128.One << (task % MostTasksToRemember)), -1, task);

    private double ValueWith(List<int> group, int task) =>
        Value(group, Key(group) | (UInt128.One << (task % MostTasksToRemember)), task, -1);
}
