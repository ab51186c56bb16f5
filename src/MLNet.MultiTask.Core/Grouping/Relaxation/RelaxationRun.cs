namespace MLNet.MultiTask.Grouping;

/// <summary>One solution of the relaxation: the best grouping so far, the bounds, and when to stop.</summary>
internal sealed class RelaxationRun(PartitionProblem problem, SdpGroupingOptions options,
    CancellationToken cancellationToken)
{
    private const int CheckEvery = 10;
    private const int DoubleEvery = 60;
    private const int Doublings = 4;
    private const int SeparateEvery = 30;
    private const int CutsPerUnit = 20;
    private const int RoundingsWithCuts = 120;
    private const int Patience = 20;
    private const double CutPenalty = 0.5;
    private const double RoundFrom = 1e-2;

    private SdpLowerBound? _lower;
    private bool _rounded;
    private double _firstRho;
    private int _kicks;

    public SdpRelaxation Sdp { get; } = new(problem, options.Threads ?? Environment.ProcessorCount);

    public PartitionState? Best { get; private set; }

    /// <summary>Value of the best grouping; set from outside where a better one is known.</summary>
    public double BestValue { get; set; } = double.NegativeInfinity;

    /// <summary>Least upper bound so far.</summary>
    public double Bound { get; private set; } = double.PositiveInfinity;

    /// <summary>Greatest value of a feasible point of the relaxation; any grouping is one.</summary>
    public double SdpValue { get; private set; } = double.NegativeInfinity;

    public bool IsProven => double.IsFinite(BestValue) && Bound - BestValue <= Tolerance(BestValue);

    /// <summary>Local search from random groupings, then from perturbations of the best.</summary>
    public PartitionState Search()
    {
        for (int start = 0; start < options.Restarts; start++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var random = new RandomStream(options.Seed, "grouping start", start);
            Offer(LocalSearch.Improve(PartitionStarts.Random(problem, random), cancellationToken));
        }
        Perturb();
        return Best!;
    }

    /// <summary>Solves the plain relaxation.</summary>
    /// <param name="groups">About how many groups there will be.</param>
    /// <param name="iterations">Iterations at most.</param>
    /// <returns>Why it stopped.</returns>
    public string SolveRelaxation(int groups, int iterations)
    {
        Sdp.ScaleTo(groups);
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
                if (!IsProven && !_rounded && Sdp.Iterations > 0 && IsSolvedTo(RoundFrom))
                    Round();
                if (IsProven)
                    return "the bound meets the grouping";
                if (IsSolvedTo(options.RelativeGap))
                    return Finish("the relaxation is solved to the tolerance");
                // Without feasible points (fixed entries, size limits) only the bound can say that nothing moves any
                // more.
                stalled = Bound < stalledAt - 0.01 * Tolerance(Bound) ? 0 : stalled + 1;
                stalledAt = Math.Min(stalledAt, Bound);
                if (!Sdp.Entries.IsPlain && stalled >= Patience)
                    return Finish("the bound no longer improves");
            }
            if (Sdp.Iterations >= iterations)
                return Finish(SolverLimits.Iterations);
            if (Sdp.Iterations > 0 && Sdp.Iterations % DoubleEvery == 0 && Sdp.Iterations <= DoubleEvery * Doublings)
                Sdp.RescaleRho(2);
            Sdp.Step(accelerate: true);
        }
    }

    /// <summary>Goes on with triangle cuts, most violated ones first.</summary>
    public string SolveWithCuts(int iterations)
    {
        int start = Sdp.Iterations, added = int.MaxValue, stalled = 0;
        double stalledAt = Bound;
        // The projection on the cuts is inexact; a small penalty keeps it from holding the bound up.
        Sdp.RescaleRho(CutPenalty * _firstRho / Sdp.Rho);
        while (Sdp.Iterations - start < iterations)
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
        return SolverLimits.Iterations;
    }

    /// <summary>Whether the bounds on the relaxation itself are this close.</summary>
    private bool IsSolvedTo(double gap) =>
        double.IsFinite(SdpValue) && Bound - SdpValue <= gap * Math.Abs(SdpValue) + LocalSearch.Epsilon(problem);

    private string Finish(string reason)
    {
        Round();
        return IsProven ? "the bound meets the grouping" : reason;
    }

    private void Perturb()
    {
        for (int kick = 0; kick < options.Perturbations; kick++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var random = new RandomStream(options.Seed, "grouping kick", _kicks++);
            Offer(LocalSearch.Improve(PartitionStarts.Perturbed(Best!, random), cancellationToken));
        }
    }

    private void TightenBound() => Bound = Math.Min(Bound, Sdp.UpperBound());

    private void Round()
    {
        _rounded = true;
        var random = new RandomStream(options.Seed, "rounding", Sdp.Iterations);
        if (SdpRounding.Round(problem, Sdp.X, Sdp.U, random, cancellationToken) is { } state && Offer(state))
            Perturb();
    }

    private bool Offer(PartitionState state)
    {
        // A fresh evaluation: the sums of a long search carry its rounding errors.
        double value = problem.Value(state.Group);
        if (!(value > BestValue + LocalSearch.Epsilon(problem)))
            return false;
        (Best, BestValue) = (state, value);
        SdpValue = Math.Max(SdpValue, value);
        return true;
    }

    private double Tolerance(double value) => options.RelativeGap * Math.Abs(value) + LocalSearch.Epsilon(problem);
}
