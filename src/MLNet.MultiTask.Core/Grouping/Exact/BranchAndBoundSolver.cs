using System.Diagnostics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// The optimal partition by branch and bound: the bound of a node is the semidefinite relaxation with triangle cuts;
/// the pair of tasks that the relaxation leaves most undecided is put together in one branch (one unit, a smaller
/// problem) and apart in the other. Nodes of few units are finished by dynamic programming. Best bound first, so the
/// gap shrinks steadily.
/// </summary>
/// <param name="options">Number of groups, constraints, limits; null = defaults.</param>
public sealed class BranchAndBoundSolver(BranchAndBoundOptions? options = null) : ITaskGroupingSolver
{
    private const int ProgramUnits = 12;
    private const int PlainIterations = 100;
    private const int CutIterations = 180;

    private readonly BranchAndBoundOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "BranchAndBound";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// Options or constraints contradict one another or the number of tasks, or no grouping that meets them was found.
    /// </exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        _options.Validate();
        return new Search(affinity, _options, cancellationToken).Run(Name);
    }

    private sealed class Search(TaskAffinity affinity, BranchAndBoundOptions options,
        CancellationToken cancellationToken)
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private readonly PriorityQueue<Node, (double NegativeBound, int Number)> _open = new();
        private readonly PartitionProblem _root = new(affinity, options);
        private TaskGrouping _best = null!;
        private double _bestValue = double.NegativeInfinity;
        private double _closedBound = double.NegativeInfinity;
        private int _created;

        /// <summary>Pairs decided so far, over tasks, and the bound of the parent.</summary>
        private sealed record Node((int, int)[] Together, (int, int)[] Apart, double Bound);

        private double Enough => _bestValue + options.RelativeGap * Math.Abs(_bestValue) + LocalSearch.Epsilon(_root);

        public GroupingResult Run(string solver)
        {
            PartitionState start = new RelaxationRun(_root, NodeOptions(new([], [], 0)), cancellationToken).Search();
            Offer(_root, start.Group);
            Push([], [], double.PositiveInfinity);
            int solved = 0;
            string reason = "every branch is closed";
            while (_open.TryPeek(out Node? next, out _) && next.Bound > Enough)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (solved == options.MaxNodes || _clock.Elapsed > options.TimeLimit)
                {
                    reason = solved == options.MaxNodes ? SolverLimits.Nodes : SolverLimits.Time;
                    break;
                }
                Expand(_open.Dequeue());
                solved++;
            }
            double open = _open.TryPeek(out Node? top, out _) ? top.Bound : double.NegativeInfinity;
            return new GroupingResult
            {
                Grouping = _best,
                Objective = _bestValue,
                Bound = Math.Max(_closedBound, Math.Max(_bestValue, open)),
                IsOptimal = open <= Enough,
                Iterations = solved,
                StopReason = reason,
                Solver = solver,
            };
        }

        private void Expand(Node node)
        {
            PartitionProblem problem = new(affinity, NodeOptions(node));
            if (problem.Count <= ProgramUnits)
            {
                int[] labels = SubsetProgram.Solve(problem.Count, SubsetProgram.Densities(problem), problem.MinGroups,
                    problem.MaxGroups, cancellationToken);
                if (labels.Length > 0)
                    Offer(problem, labels);
                return;
            }
            var run = new RelaxationRun(problem, NodeOptions(node), cancellationToken) { BestValue = _bestValue };
            run.SolveRelaxation(_best.Count, PlainIterations);
            if (!run.IsProven)
                run.SolveWithCuts(CutIterations);
            if (run.Best is { } found)
                Offer(problem, found.Group);
            double bound = Math.Min(node.Bound, run.Bound);
            if (bound <= Enough)
            {
                _closedBound = Math.Max(_closedBound, bound);
                return;
            }
            if (MostUndecided(problem, run.Sdp) is not var (i, j))
            {
                int[] alone = [.. Enumerable.Range(0, problem.Count)];
                if (problem.MaxGroups >= problem.Count)
                    Offer(problem, alone);
                return;
            }
            (int, int) pair = (problem.TasksOf([i])[0], problem.TasksOf([j])[0]);
            if (problem.Weights[i] + problem.Weights[j] <= problem.MaxSize && problem.Count > problem.MinGroups)
                Push([.. node.Together, pair], node.Apart, bound);
            Push(node.Together, [.. node.Apart, pair], bound);
        }

        private void Push((int, int)[] together, (int, int)[] apart, double bound) =>
            _open.Enqueue(new Node(together, apart, bound), (-bound, _created++));

        private void Offer(PartitionProblem problem, int[] labels)
        {
            double value = problem.Value(labels);
            if (value > _bestValue + LocalSearch.Epsilon(_root))
                (_bestValue, _best) = (value, problem.ToGrouping(labels));
        }

        private SdpGroupingOptions NodeOptions(Node node) => new()
        {
            GroupCount = options.GroupCount,
            GroupCost = options.GroupCost,
            MaxGroupCount = options.MaxGroupCount,
            MaxGroupSize = options.MaxGroupSize,
            MustLink = [.. options.MustLink, .. node.Together],
            CannotLink = [.. options.CannotLink, .. node.Apart],
            Seed = options.Seed,
            Threads = options.Threads,
            RelativeGap = options.RelativeGap,
            Restarts = options.Restarts,
        };

        /// <summary>
        /// The pair whose X_ij / √(X_ii·X_jj) is nearest to ½ among pairs not kept apart; null if all are.
        /// </summary>
        private static (int I, int J)? MostUndecided(PartitionProblem problem, SdpRelaxation sdp)
        {
            (int, int)? pair = null;
            double nearest = double.PositiveInfinity;
            for (int i = 0; i < problem.Count; i++)
                for (int j = 0; j < i; j++)
                {
                    if (problem.Forbidden?[i * problem.Count + j] == true)
                        continue;
                    double diagonal = sdp.X[Packed.Index(i, i)] * sdp.X[Packed.Index(j, j)];
                    double distance = Math.Abs(sdp.X[Packed.Index(i, j)] / Math.Sqrt(Math.Max(diagonal,
                        double.Epsilon)) - 0.5);
                    if (distance < nearest)
                        (nearest, pair) = (distance, (j, i));
                }
            return pair;
        }
    }
}
