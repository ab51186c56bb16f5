using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Search;

/// <summary>
/// How the surrogate sees a trial of task t in a group of members M, with m = |M| − 1 partners: a constant, the
/// affinity estimate Σ a[t, j]/√m, the size √m, one column 1/√m per partner that has its own, one for the others
/// together, and one per setting value but the first.
/// </summary>
internal sealed class SurrogateColumns
{
    // More partners than these share one column: T² numbers per task would not fit for hundreds of tasks.
    private const int MostPartners = 48;
    private const int FirstPartner = 3;

    private readonly double[,] _affinity;
    private readonly int[][] _partnerColumn;
    private readonly int[] _partners;
    private readonly Dictionary<string, int> _settingColumn;
    private readonly double _largestSize;

    public SurrogateColumns(int tasks, TaskAffinity? affinity, SweepSpace space)
    {
        _largestSize = Math.Sqrt(Math.Max(1, tasks - 1));
        _affinity = Standardised(tasks, affinity);
        int own = Math.Min(MostPartners, tasks - 1);
        _partners = new int[tasks];
        _partnerColumn = new int[tasks][];
        for (int t = 0; t < tasks; t++)
        {
            int task = t;
            int[] order = [.. Enumerable.Range(0, tasks).Where(j => j != task)
                .OrderByDescending(j => Math.Abs(_affinity[task, j])).ThenBy(j => j)];
            _partnerColumn[t] = new int[tasks];
            for (int i = 0; i < order.Length; i++)
                _partnerColumn[t][order[i]] = FirstPartner + Math.Min(i, own);
        }
        int settings = FirstPartner + (own < tasks - 1 ? own + 1 : own);
        _settingColumn = space.SettingKeys.Select((key, i) => (key, i))
            .ToDictionary(k => k.key, k => settings + k.i, StringComparer.Ordinal);
        (Count, FirstSetting) = (settings + _settingColumn.Count, settings);
    }

    /// <summary>Number of columns d.</summary>
    public int Count { get; }

    private int FirstSetting { get; }

    /// <summary>
    /// Prior precision of a column's weight, for gains in units of their standard deviation: partners are worth little
    /// until trials say so, the estimate and the size more.
    /// </summary>
    public double PriorPrecision(int column) => column switch
    {
        0 => 0.1,
        1 => 4,
        2 => 4,
        _ => column < FirstSetting ? 6 : 1,
    };

    /// <summary>The prior's weight of the affinity estimate: an estimate is believed, half.</summary>
    public static double PriorMean(int column) => column == 1 ? 0.5 : 0;

    /// <summary>
    /// Writes the columns that are not zero; returns how many. A column may occur twice: both count.
    /// </summary>
    public int Fill(int task, IReadOnlyList<int> members, Span<int> columns, Span<double> values)
    {
        (columns[0], values[0]) = (0, 1);
        int partners = members.Count - 1, n = 1;
        if (partners <= 0)
            return n;
        double share = 1 / Math.Sqrt(partners), estimate = 0;
        (columns[1], columns[2], values[2], n) = (1, 2, Math.Sqrt(partners) / _largestSize, 3);
        for (int i = 0; i <= partners; i++)
        {
            int other = members[i];
            if (other == task)
                continue;
            estimate += _affinity[task, other] * share;
            (columns[n], values[n++]) = (_partnerColumn[task][other], share);
        }
        values[1] = estimate;
        return n;
    }

    /// <summary>Column of a setting's value; −1 for the first value, which is the usual one.</summary>
    public int SettingColumn(string key) => _settingColumn.GetValueOrDefault(key, -1);

    /// <summary>Off-diagonal entries with mean 0 and deviation 1 over all pairs; 0 without an estimate.</summary>
    private static double[,] Standardised(int tasks, TaskAffinity? affinity)
    {
        var standardised = new double[tasks, tasks];
        if (affinity is null || tasks < 2)
            return standardised;
        double sum = 0, squares = 0, pairs = (double)tasks * (tasks - 1);
        for (int i = 0; i < tasks; i++)
            for (int j = 0; j < tasks; j++)
                if (i != j)
                    sum += affinity[i, j];
        for (int i = 0; i < tasks; i++)
            for (int j = 0; j < tasks; j++)
                if (i != j)
                    squares += Math.Pow(affinity[i, j] - sum / pairs, 2);
        double deviation = Math.Sqrt(squares / pairs);
        if (!(deviation > 0) || !double.IsFinite(deviation))
            return standardised;
        for (int i = 0; i < tasks; i++)
            for (int j = 0; j < tasks; j++)
                standardised[i, j] = i == j ? 0 : (affinity[i, j] - sum / pairs) / deviation;
        return standardised;
    }
}
