using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// Groups tasks by the semidefinite relaxation of the average-density objective (Li, Sharma, Zhang, "Scalable Multitask Learning
/// Using Gradient-based Estimation of Task Affinity", KDD 2024; the relaxation of k-means by Peng and Wei, 2007). The relaxation
/// yields a bound that no grouping can beat; its solution is rounded to groups, which local search improves on the true objective.
/// </summary>
/// <param name="options">Number of groups, constraints, accuracy; null = defaults.</param>
public sealed class SdpGroupingSolver(SdpGroupingOptions? options = null) : ITaskGroupingSolver
{
    private const int CheckEvery = 10;
    private const int DoubleEvery = 60;
    private const int Doublings = 4;
    private const int SeparateEvery = 30;
    private const int CutsPerUnit = 20;
    private const int RoundingsWithCuts = 120;
    private const int Patience = 20;
    private const double RoundFrom = 1e-2;

    private readonly SdpGroupingOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "SDP";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Options or constraints contradict one another or the number of tasks.</exception>
    /// <exception cref="InvalidOperationException">No grouping that meets the constraints was found.</exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        _options.Validate();
        var problem = new PartitionProblem(affinity, _options);
        var run = new Run(problem, _options, cancellationToken);
        run.SearchFromRandomStarts();
        string reason = run.SolveRelaxation();
        double sdpBound = run.Bound;
        if (_options.TriangleCuts && !run.IsProven)
            reason = run.SolveWithCuts();
        return new GroupingResult
        {
            Grouping = problem.ToGrouping(run.Best.Group),
            Objective = run.BestValue,
            Bound = Math.Max(run.Bound, run.BestValue),
            IsOptimal = run.IsProven,
            SdpValue = double.IsNegativeInfinity(run.SdpValue) ? null : Math.Min(run.SdpValue, sdpBound),
            SdpBound = sdpBound,
            Iterations = run.Sdp.Iterations,
            StopReason = reason,
            Solver = Name,
        };
    }

    /// <summary>One solution process: the best grouping so far, and the bounds.</summary>
    private sealed class Run(PartitionProblem problem, SdpGroupingOptions options, CancellationToken cancellationToken)
    {
        private SdpLowerBound? _lower;
        private bool _rounded;
        private double _firstRho;

        public SdpRelaxation Sdp { get; } = new(problem, options.Threads ?? Environment.ProcessorCount);

        public PartitionState Best { get; private set; } = null!;

        public double BestValue { get; private set; } = double.NegativeInfinity;

        /// <summary>Least upper bound so far.</summary>
        public double Bound { get; private set; } = double.PositiveInfinity;

        /// <summary>Greatest value of a feasible point of the relaxation; any grouping is one.</summary>
        public double SdpValue { get; private set; } = double.NegativeInfinity;

        public bool IsProven => Bound - BestValue <= Tolerance(BestValue);

        public void SearchFromRandomStarts()
        {
            for (int start = 0; start < Math.Max(1, options.Restarts); start++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Offer(LocalSearch.Improve(PartitionStarts.Random(problem, new RandomStream(options.Seed, "grouping start", start)), cancellationToken));
            }
        }

        public string SolveRelaxation()
        {
            Sdp.ScaleTo(Best.Count);
            _firstRho = Sdp.Rho;
            _lower = new SdpLowerBound(Sdp);
            double stalledAt = double.PositiveInfinity;
            int stalled = 0;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Sdp.Iterations % CheckEvery == 0)
                {
                    TightenBound();
                    if (Sdp.Iterations > 0)
                        SdpValue = Math.Max(SdpValue, _lower.Best());
                    if (!IsProven && !_rounded && Sdp.Iterations > 0 && Bound - SdpValue <= RoundFrom * Math.Abs(SdpValue))
                        Round();
                    if (IsProven)
                        return "the bound meets the grouping";
                    if (Bound - SdpValue <= Tolerance(SdpValue))
                        return Finish("the relaxation is solved to the tolerance");
                    // Without feasible points (fixed entries, size limits) only the bound can say that nothing moves any more.
                    stalled = Bound < stalledAt - 0.01 * Tolerance(Bound) ? 0 : stalled + 1;
                    stalledAt = Math.Min(stalledAt, Bound);
                    if (!Sdp.Entries.IsPlain && stalled >= Patience)
                        return Finish("the bound no longer improves");
                }
                if (Sdp.Iterations >= options.MaxIterations)
                    return Finish("the iterations are used up");
                if (Sdp.Iterations > 0 && Sdp.Iterations % DoubleEvery == 0 && Sdp.Iterations <= DoubleEvery * Doublings)
                    Sdp.RescaleRho(2);
                Sdp.Step(accelerate: true);
            }
        }

        public string SolveWithCuts()
        {
            int start = Sdp.Iterations, added = int.MaxValue, stalled = 0;
            double stalledAt = Bound;
            // The projection on the cuts is inexact; the first, small penalty keeps it from holding the bound up.
            Sdp.RescaleRho(_firstRho / Sdp.Rho);
            while (Sdp.Iterations - start < options.MaxIterations)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int step = Sdp.Iterations - start;
                if (step % SeparateEvery == 0)
                    added = Sdp.Entries.Cuts.Separate(Sdp.X, CutsPerUnit * problem.Count);
                Sdp.Step(accelerate: false);
                if ((step + 1) % CheckEvery != 0)
                    continue;
                TightenBound();
                if ((step + 1) % RoundingsWithCuts == 0)
                    Round();
                if (IsProven)
                    return "the bound with triangle cuts meets the grouping";
                stalled = Bound < stalledAt - 0.05 * Tolerance(Bound) ? 0 : stalled + 1;
                stalledAt = Math.Min(stalledAt, Bound);
                if (stalled >= Patience && added == 0)
                    return "no violated triangle cut is left and the bound no longer improves";
            }
            return "the iterations are used up";
        }

        private string Finish(string reason)
        {
            Round();
            return IsProven ? "the bound meets the grouping" : reason;
        }

        private void TightenBound() => Bound = Math.Min(Bound, Sdp.UpperBound());

        private void Round()
        {
            _rounded = true;
            var random = new RandomStream(options.Seed, "rounding", Sdp.Iterations);
            if (SdpRounding.Round(problem, Sdp.X, Sdp.U, random, cancellationToken) is { } state)
                Offer(state);
        }

        private void Offer(PartitionState state)
        {
            // A fresh evaluation: the sums of a long search carry its rounding errors.
            double value = problem.Value(state.Group);
            if (!(value > BestValue + LocalSearch.Epsilon(problem)))
                return;
            (Best, BestValue) = (state, value);
            SdpValue = Math.Max(SdpValue, value);
        }

        private double Tolerance(double value) => options.RelativeGap * Math.Abs(value) + LocalSearch.Epsilon(problem);
    }
}
