namespace MLNet.MultiTask.Grouping;

/// <summary>
/// A grouping of units under change: sums, sizes and unit-to-group sums are kept, so the gain of a move or swap is
/// O(1). Group slots 0 … MaxGroups−1 may be empty.
/// </summary>
internal sealed class PartitionState
{
    private readonly PartitionProblem _problem;
    private readonly int _n, _slots;
    private readonly double[] _cross, _densities, _inverseSizes;
    private readonly int[]? _conflicts;

    /// <summary>Any labels; a label beyond the last slot is an error of the caller.</summary>
    public PartitionState(PartitionProblem problem, ReadOnlySpan<int> assignment)
    {
        _problem = problem;
        (_n, _slots) = (problem.Count, Math.Max(problem.MaxGroups, 1));
        Group = new int[_n];
        Array.Fill(Group, -1);
        (Sums, Sizes, Units) = (new double[_slots], new int[_slots], new int[_slots]);
        (_densities, _inverseSizes) = (new double[_slots], new double[_slots]);
        _cross = new double[_n * _slots];
        _conflicts = problem.Forbidden is null ? null : new int[_n * _slots];
        for (int u = 0; u < _n; u++)
            if (assignment[u] >= 0)
                Insert(u, assignment[u]);
    }

    private PartitionState(PartitionState other)
    {
        (_problem, _n, _slots, Count) = (other._problem, other._n, other._slots, other.Count);
        (Group, Sums, Sizes, Units) = ([.. other.Group], [.. other.Sums], [.. other.Sizes], [.. other.Units]);
        (_densities, _inverseSizes) = ([.. other._densities], [.. other._inverseSizes]);
        (_cross, _conflicts) = ([.. other._cross], other._conflicts is null ? null : [.. other._conflicts]);
    }

    /// <summary>Slot of each unit; −1 = not placed yet.</summary>
    public int[] Group { get; }

    /// <summary>Σ of B inside each slot.</summary>
    public double[] Sums { get; }

    /// <summary>Tasks in each slot.</summary>
    public int[] Sizes { get; }

    /// <summary>Units in each slot.</summary>
    public int[] Units { get; }

    /// <summary>Slots that are not empty.</summary>
    public int Count { get; private set; }

    public int Slots => _slots;

    public PartitionProblem Problem => _problem;

    /// <summary>The objective, computed afresh from the sums.</summary>
    public double Value
    {
        get
        {
            double value = -_problem.GroupCost * Count;
            for (int c = 0; c < _slots; c++)
                value += Density(Sums[c], Sizes[c]);
            return value;
        }
    }

    /// <summary>Whether the number of groups is one that is asked for.</summary>
    public bool IsComplete => Count >= _problem.MinGroups && Count <= _problem.MaxGroups;

    public PartitionState Clone() => new(this);

    /// <summary>Σ of B between a unit and a slot.</summary>
    public double Cross(int unit, int slot) => _cross[unit * _slots + slot];

    /// <summary>Whether slot has room for the unit and holds nothing that must be kept apart from it.</summary>
    public bool Fits(int unit, int slot) => Sizes[slot] + _problem.Weights[unit] <= _problem.MaxSize
        && Conflicts(unit, slot) == 0;

    public void Insert(int unit, int slot)
    {
        Count += Units[slot] == 0 ? 1 : 0;
        Sums[slot] += 2 * Cross(unit, slot) + _problem.B[unit * _n + unit];
        Place(unit, slot, 1);
        Remember(slot);
        Group[unit] = slot;
    }

    public void Remove(int unit)
    {
        int slot = Group[unit];
        Place(unit, slot, -1);
        Sums[slot] = Units[slot] == 0 ? 0 : Sums[slot] - 2 * Cross(unit, slot) - _problem.B[unit * _n + unit];
        Count -= Units[slot] == 0 ? 1 : 0;
        Remember(slot);
        Group[unit] = -1;
    }

    /// <summary>Change of the objective by placing a unit that is not placed.</summary>
    public double InsertGain(int unit, int slot) =>
        Density(Sums[slot] + 2 * Cross(unit, slot) + _problem.B[unit * _n + unit], Sizes[slot] + _problem.Weights[unit])
        - _densities[slot] - (Units[slot] == 0 ? _problem.GroupCost : 0);

    /// <summary>Change of the objective by moving a unit; −∞ where it is not allowed.</summary>
    public double MoveGain(int unit, int to) => IsMovable(unit, to) ? LeaveGain(unit) + InsertGain(unit, to)
        : double.NegativeInfinity;

    /// <summary>
    /// The slot where a unit gains most, the first among equals, if it gains more than a threshold; otherwise −1.
    /// </summary>
    public int BestMove(int unit, double threshold)
    {
        int best = -1, empty = FirstEmptySlot();
        double leave = LeaveGain(unit);
        for (int c = 0; c < _slots; c++)
        {
            if ((Units[c] == 0 && c != empty) || !IsMovable(unit, c))
                continue;
            double gain = leave + InsertGain(unit, c);
            if (gain > threshold)
                (best, threshold) = (c, gain);
        }
        return best;
    }

    private bool IsMovable(int unit, int to)
    {
        int from = Group[unit];
        bool opens = Units[to] == 0, closes = Units[from] == 1;
        return to != from && !(opens && closes) && Fits(unit, to) && !(opens && !closes && Count >= _problem.MaxGroups)
            && !(closes && !opens && Count <= _problem.MinGroups);
    }

    /// <summary>
    /// Change of the objective by exchanging two units of different slots; −∞ where it is not allowed.
    /// </summary>
    public double SwapGain(int u, int v)
    {
        int a = Group[u], b = Group[v], weightU = _problem.Weights[u], weightV = _problem.Weights[v];
        int sizeA = Sizes[a] - weightU + weightV, sizeB = Sizes[b] - weightV + weightU;
        if (sizeA > _problem.MaxSize || sizeB > _problem.MaxSize)
            return double.NegativeInfinity;
        if (_conflicts is not null)
        {
            int each = _problem.Forbidden![u * _n + v] ? 1 : 0;
            if (Conflicts(u, b) > each || Conflicts(v, a) > each)
                return double.NegativeInfinity;
        }
        double[] B = _problem.B;
        double uu = B[u * _n + u], vv = B[v * _n + v], uv = B[u * _n + v];
        double growA = -2 * Cross(u, a) + uu + 2 * (Cross(v, a) - uv) + vv;
        double growB = -2 * Cross(v, b) + vv + 2 * (Cross(u, b) - uv) + uu;
        return weightU == weightV ? growA * _inverseSizes[a] + growB * _inverseSizes[b]
            : (Sums[a] + growA) / sizeA + (Sums[b] + growB) / sizeB - _densities[a] - _densities[b];
    }

    /// <summary>
    /// Change of the objective by joining two slots; −∞ where it is not allowed. The number of groups is not looked at.
    /// </summary>
    public double MergeGain(int a, int b)
    {
        if (a == b || Sizes[a] + Sizes[b] > _problem.MaxSize)
            return double.NegativeInfinity;
        double between = 0;
        for (int u = 0; u < _n; u++)
            if (Group[u] == a)
            {
                if (Conflicts(u, b) > 0)
                    return double.NegativeInfinity;
                between += Cross(u, b);
            }
        return (Sums[a] + Sums[b] + 2 * between) / (Sizes[a] + Sizes[b]) - Sums[a] / Sizes[a] - Sums[b] / Sizes[b]
            + _problem.GroupCost;
    }

    public void Move(int unit, int to)
    {
        Remove(unit);
        Insert(unit, to);
    }

    public void Swap(int u, int v)
    {
        int a = Group[u], b = Group[v];
        Remove(u);
        Move(v, a);
        Insert(u, b);
    }

    public int[] MembersOf(int slot)
    {
        var members = new int[Units[slot]];
        for (int u = 0, i = 0; u < _n; u++)
            if (Group[u] == slot)
                members[i++] = u;
        return members;
    }

    public int FirstEmptySlot() => Array.IndexOf(Units, 0);

    private double LeaveGain(int unit)
    {
        int from = Group[unit];
        double rest = Sums[from] - 2 * Cross(unit, from) + _problem.B[unit * _n + unit];
        return Density(rest, Sizes[from] - _problem.Weights[unit]) - _densities[from]
            + (Units[from] == 1 ? _problem.GroupCost : 0);
    }

    private int Conflicts(int unit, int slot) => _conflicts is null ? 0 : _conflicts[unit * _slots + slot];

    private void Remember(int slot)
    {
        _inverseSizes[slot] = Sizes[slot] == 0 ? 0 : 1.0 / Sizes[slot];
        _densities[slot] = Density(Sums[slot], Sizes[slot]);
    }

    private static double Density(double sum, int size) => size == 0 ? 0 : sum / size;

    private void Place(int unit, int slot, int sign)
    {
        Sizes[slot] += sign * _problem.Weights[unit];
        Units[slot] += sign;
        ReadOnlySpan<double> row = _problem.B.AsSpan(unit * _n, _n);
        for (int v = 0; v < _n; v++)
            _cross[v * _slots + slot] += sign * row[v];
        for (int v = 0; _conflicts is not null && v < _n; v++)
            _conflicts[v * _slots + slot] += _problem.Forbidden![unit * _n + v] ? sign : 0;
        if (Units[slot] == 0)
            for (int v = 0; v < _n; v++)
                _cross[v * _slots + slot] = 0;
    }
}
