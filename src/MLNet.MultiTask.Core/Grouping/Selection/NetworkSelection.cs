using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Grouping;

/// <summary>Limits of <see cref="NetworkSelection"/>.</summary>
public sealed class NetworkSelectionOptions
{
    /// <summary>Σ of costs at most; positive. Null = no limit.</summary>
    public double? Budget { get; set; }

    /// <summary>Number of networks at most, at least 1; null = no limit.</summary>
    public int? MaxNetworks { get; set; }

    /// <summary>Nodes looked at before the search ends with a gap, at least 1.</summary>
    public long MaxNodes { get; set; } = 200_000_000;
}

/// <summary>
/// Chooses networks under a budget (Standley et al., "Which Tasks Should Be Learned Together in Multi-task Learning?",
/// ICML 2020, section 4; Fifty et al., "Efficiently Identifying Task Groupings", NeurIPS 2021): Σ over tasks of the
/// smallest loss among the chosen networks is minimal, every task is served, and no network is chosen that improves no
/// task. Depth-first branch and bound: what the remaining candidates could at best do, task by task, is the bound.
/// </summary>
public static class NetworkSelection
{
    private const double Slack = 1e-12;

    /// <summary>Dominated candidates are looked for up to this many; the search is right without.</summary>
    private const int DominanceLimit = 5000;

    /// <summary>
    /// The best selection; ties go to the first found, in the order of the largest improvement and then of the
    /// candidates.
    /// </summary>
    /// <param name="candidates">Networks to choose from.</param>
    /// <param name="taskCount">Number of tasks T.</param>
    /// <param name="options">Limits; null = none.</param>
    /// <param name="cancellationToken">Looked at every few thousand nodes.</param>
    /// <exception cref="ArgumentException">A candidate is malformed, or no selection within the limits serves every
    /// task.</exception>
    public static NetworkSelectionResult Solve(IReadOnlyList<CandidateNetwork> candidates, int taskCount,
        NetworkSelectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        options ??= new();
        ThrowIfInvalid(candidates, taskCount, options);
        return new Search(candidates, taskCount, options, double.PositiveInfinity, cancellationToken).Run()
            ?? throw new ArgumentException($"No selection within the limits serves all {Counted.Of(taskCount, "task")}",
                nameof(candidates));
    }

    /// <summary>
    /// As <see cref="Solve"/>, but only selections of a smaller total loss than one known count; null when there is
    /// none.
    /// </summary>
    internal static NetworkSelectionResult? Improve(IReadOnlyList<CandidateNetwork> candidates, int taskCount,
        NetworkSelectionOptions options,
        double known, out double bound, CancellationToken cancellationToken)
    {
        var search = new Search(candidates, taskCount, options, known, cancellationToken);
        NetworkSelectionResult? result = search.Run();
        bound = search.Bound;
        return result;
    }

    private static void ThrowIfInvalid(IReadOnlyList<CandidateNetwork> candidates, int taskCount,
        NetworkSelectionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(taskCount, 1);
        if (options.Budget is { } budget && !(budget > 0))
            throw new ArgumentOutOfRangeException(nameof(options), budget,
                $"{nameof(options.Budget)} must be positive");
        if (options.MaxNetworks is { } most && most < 1)
            throw new ArgumentOutOfRangeException(nameof(options), most,
                $"{nameof(options.MaxNetworks)} must be at least 1");
        if (options.MaxNodes < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxNodes,
                $"{nameof(options.MaxNodes)} must be at least 1");
        foreach (CandidateNetwork c in candidates)
        {
            if (c.Members.Count == 0 || c.Members.Count != c.Losses.Count)
                throw new ArgumentException(
                    $"Network '{c.Name}' has {Counted.Of(c.Members.Count, "task")} and {c.Losses.Count} " +
                    "losses", nameof(candidates));
            if (!(c.Cost > 0) || !double.IsFinite(c.Cost))
                throw new ArgumentException($"Network '{c.Name}' costs {c.Cost}; a cost must be positive",
                    nameof(candidates));
            for (int m = 0; m < c.Members.Count; m++)
            {
                if (c.Members[m] < 0 || c.Members[m] >= taskCount || (m > 0 && c.Members[m] <= c.Members[m - 1]))
                    throw new ArgumentException($"Tasks of network '{c.Name}' must be ascending and in 0 to " +
                        $"{taskCount - 1}", nameof(candidates));
                if (!double.IsFinite(c.Losses[m]))
                    throw new ArgumentException($"Loss of task {c.Members[m]} in network '{c.Name}' is " +
                        $"{c.Losses[m]}; it must be finite", nameof(candidates));
            }
        }
    }

    private sealed class Search
    {
        private readonly IReadOnlyList<CandidateNetwork> _candidates;
        private readonly int _tasks, _maxNetworks;
        private readonly long _maxNodes;
        private readonly double _budget;
        private readonly int[] _order;
        private readonly double[] _losses, _suffix, _cheapest;
        private readonly List<int> _path = [];
        private readonly CancellationToken _cancellationToken;
        private int[] _best = [];
        private double _bestLoss;
        private double _openBound = double.PositiveInfinity;
        private long _nodes;

        public Search(IReadOnlyList<CandidateNetwork> candidates, int tasks, NetworkSelectionOptions options,
            double known,
            CancellationToken cancellationToken)
        {
            _bestLoss = known;
            (_candidates, _tasks, _cancellationToken) = (candidates, tasks, cancellationToken);
            (_budget, _maxNodes) = ((options.Budget ?? double.PositiveInfinity) * (1 + Slack), options.MaxNodes);
            _maxNetworks = Math.Min(options.MaxNetworks ?? tasks, tasks);
            int[] usable = [.. Enumerable.Range(0, candidates.Count).Where(c => candidates[c].Cost <= _budget)];
            double[] worst = Extreme(usable, Math.Max, double.NegativeInfinity);
            if (usable.Length <= DominanceLimit)
                usable = [.. usable.Where(c => !IsDominated(c, usable))];
            _order = [.. usable.OrderByDescending(c => LargestGain(candidates[c], worst)).ThenBy(c => c)];
            (_losses, _suffix, _cheapest) = Tables();
        }

        /// <summary>A total loss below this is an improvement and not rounding.</summary>
        private double ToBeat => double.IsPositiveInfinity(_bestLoss) ? _bestLoss
            : _bestLoss - Slack * Math.Abs(_bestLoss);

        /// <summary>No selection has a smaller total loss.</summary>
        public double Bound => Math.Min(_bestLoss, _openBound);

        public NetworkSelectionResult? Run()
        {
            var current = new double[_tasks];
            Array.Fill(current, double.PositiveInfinity);
            Descend(0, current, 0);
            if (_best.Length == 0)
                return null;
            bool complete = double.IsPositiveInfinity(_openBound);
            DropUseless();
            return new NetworkSelectionResult
            {
                Chosen = [.. _best.Order()],
                TotalLoss = _bestLoss,
                Cost = _best.Sum(c => _candidates[c].Cost),
                Bound = Bound,
                IsOptimal = complete,
                Grouping = Cover([.. _best.Order()]),
                Nodes = _nodes,
            };
        }

        /// <summary>
        /// A network taken early may be overtaken on all its tasks by later ones; the dearest such goes first.
        /// </summary>
        private void DropUseless()
        {
            foreach (int c in _best.OrderByDescending(c => _candidates[c].Cost).ThenByDescending(c => c).ToArray())
            {
                int[] rest = [.. _best.Where(other => other != c)];
                if (Total(Extreme(rest, Math.Min, double.PositiveInfinity)) <= _bestLoss)
                    _best = rest;
            }
        }

        /// <summary>Takes or leaves the candidate at a position of the order.</summary>
        private void Descend(int position, double[] current, double cost)
        {
            double now = Total(current);
            if (now < ToBeat)
                (_bestLoss, _best) = (now, [.. _path]);
            if (_path.Count == _maxNetworks)
                return;
            for (int p = position; p < _order.Length; p++)
            {
                double reachable = Reachable(current, p);
                if (reachable >= ToBeat || cost + _cheapest[p] > _budget)
                    return;
                if (_nodes++ >= _maxNodes)
                {
                    _openBound = Math.Min(_openBound, reachable);
                    return;
                }
                if ((_nodes & 0xFFF) == 0)
                    _cancellationToken.ThrowIfCancellationRequested();
                CandidateNetwork candidate = _candidates[_order[p]];
                if (cost + candidate.Cost > _budget || !Improves(p, current))
                    continue;
                var next = new double[_tasks];
                for (int t = 0; t < _tasks; t++)
                    next[t] = Math.Min(current[t], _losses[p * _tasks + t]);
                _path.Add(_order[p]);
                Descend(p + 1, next, cost + candidate.Cost);
                _path.RemoveAt(_path.Count - 1);
            }
        }

        private bool Improves(int p, double[] current)
        {
            for (int t = 0; t < _tasks; t++)
                if (_losses[p * _tasks + t] < current[t])
                    return true;
            return false;
        }

        private double Reachable(double[] current, int p)
        {
            double sum = 0;
            for (int t = 0; t < _tasks; t++)
                sum += Math.Min(current[t], _suffix[p * _tasks + t]);
            return sum;
        }

        private static double Total(double[] losses)
        {
            double sum = 0;
            foreach (double loss in losses)
                sum += loss;
            return sum;
        }

        /// <summary>
        /// Losses by position (∞ where a network does not serve), their suffix minima, and the cheapest cost from a
        /// position on.
        /// </summary>
        private (double[] Losses, double[] Suffix, double[] Cheapest) Tables()
        {
            double[] losses = new double[_order.Length * _tasks], suffix = new double[(_order.Length + 1) * _tasks];
            var cheapest = new double[_order.Length + 1];
            Array.Fill(losses, double.PositiveInfinity);
            Array.Fill(suffix, double.PositiveInfinity);
            Array.Fill(cheapest, double.PositiveInfinity);
            for (int p = _order.Length - 1; p >= 0; p--)
            {
                CandidateNetwork c = _candidates[_order[p]];
                for (int m = 0; m < c.Members.Count; m++)
                    losses[p * _tasks + c.Members[m]] = c.Losses[m];
                for (int t = 0; t < _tasks; t++)
                    suffix[p * _tasks + t] = Math.Min(suffix[(p + 1) * _tasks + t], losses[p * _tasks + t]);
                cheapest[p] = Math.Min(cheapest[p + 1], c.Cost);
            }
            return (losses, suffix, cheapest);
        }

        private double[] Extreme(int[] usable, Func<double, double, double> pick, double start)
        {
            var extreme = new double[_tasks];
            Array.Fill(extreme, start);
            foreach (int c in usable)
                for (int m = 0; m < _candidates[c].Members.Count; m++)
                    extreme[_candidates[c].Members[m]] = pick(extreme[_candidates[c].Members[m]],
                        _candidates[c].Losses[m]);
            return extreme;
        }

        private static double LargestGain(CandidateNetwork c, double[] worst)
        {
            double gain = double.NegativeInfinity;
            for (int m = 0; m < c.Members.Count; m++)
                gain = Math.Max(gain, worst[c.Members[m]] - c.Losses[m]);
            return gain;
        }

        /// <summary>
        /// Whether another candidate is no dearer and no worse on any task; among identical ones the first stays.
        /// </summary>
        private bool IsDominated(int c, int[] usable)
        {
            foreach (int other in usable)
                if (other != c && _candidates[other].Cost <= _candidates[c].Cost
                    && NoWorse(_candidates[other], _candidates[c])
                    && (other < c || _candidates[other].Cost < _candidates[c].Cost
                        || !NoWorse(_candidates[c], _candidates[other])))
                    return true;
            return false;
        }

        private static bool NoWorse(CandidateNetwork a, CandidateNetwork b)
        {
            int at = 0;
            for (int m = 0; m < b.Members.Count; m++)
            {
                while (at < a.Members.Count && a.Members[at] < b.Members[m])
                    at++;
                if (at == a.Members.Count || a.Members[at] != b.Members[m] || a.Losses[at] > b.Losses[m])
                    return false;
            }
            return true;
        }

        private TaskGrouping Cover(int[] chosen)
        {
            var server = new int[_tasks];
            for (int t = 0; t < _tasks; t++)
                server[t] = chosen.Where(c => _candidates[c].Members.Contains(t)).MinBy(c => Loss(_candidates[c], t));
            return new TaskGrouping(chosen.Where(c => server.Contains(c)).Select(c => new TaskGroup(
                [.. _candidates[c].Members.Where(t => server[t] == c)],
                    [.. _candidates[c].Members.Where(t => server[t] != c)])));
        }

        private static double Loss(CandidateNetwork candidate, int task)
        {
            for (int m = 0; m < candidate.Members.Count; m++)
                if (candidate.Members[m] == task)
                    return candidate.Losses[m];
            return double.PositiveInfinity;
        }
    }
}
