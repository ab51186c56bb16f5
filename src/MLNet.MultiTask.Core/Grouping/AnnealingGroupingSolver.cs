namespace MLNet.MultiTask.Grouping;

/// <summary>Options of <see cref="AnnealingGroupingSolver"/>.</summary>
public sealed class AnnealingOptions : PartitionOptions
{
    /// <summary>Proposals for each task, at least 1.</summary>
    public int StepsPerTask { get; set; } = 2000;

    /// <summary>Temperature at the end, relative to the start, in (0, 1).</summary>
    public double FinalTemperature { get; set; } = 1e-3;

    internal void Validate()
    {
        if (StepsPerTask < 1)
            throw new ArgumentOutOfRangeException(nameof(StepsPerTask), StepsPerTask,
                $"{nameof(StepsPerTask)} must be at least 1");
        if (FinalTemperature is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(FinalTemperature), FinalTemperature,
                $"{nameof(FinalTemperature)} must be between 0 and 1");
    }
}

/// <summary>
/// Simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983) on the objective: random moves and swaps, accepted with
/// probability exp(gain / temperature); the temperature falls geometrically from the mean size of a random change.
/// Local search ends it.
/// </summary>
/// <param name="options">Number of groups, constraints, length; null = defaults.</param>
public sealed class AnnealingGroupingSolver(AnnealingOptions? options = null) : ITaskGroupingSolver
{
    private const int TrialProposals = 200;
    private readonly AnnealingOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "Annealing";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Options contradict one another or the number of tasks.</exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        _options.Validate();
        var problem = new PartitionProblem(affinity, _options);
        var random = new RandomStream(_options.Seed, "annealing");
        PartitionState state = PartitionStarts.Random(problem, random);
        double temperature = StartTemperature(state, ref random);
        long steps = (long)_options.StepsPerTask * problem.Count;
        double cooling = Math.Pow(_options.FinalTemperature, 1.0 / steps), value = problem.Value(state.Group),
            bestValue = value;
        int[] best = [.. state.Group];
        for (long step = 0; step < steps; step++, temperature *= cooling)
        {
            if ((step & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var proposal = Propose(state, ref random);
            double gain = Gain(state, proposal);
            if (double.IsNegativeInfinity(gain) || (gain < 0 && random.NextDouble() >= Math.Exp(gain / temperature)))
                continue;
            Apply(state, proposal);
            value += gain;
            if (value > bestValue)
                (bestValue, best) = (value, [.. state.Group]);
        }
        state = LocalSearch.Improve(new PartitionState(problem, best), cancellationToken);
        return new GroupingResult
        {
            Grouping = problem.ToGrouping(state.Group),
            Objective = problem.Value(state.Group),
            Iterations = steps,
            StopReason = "the steps are done",
            Solver = Name,
        };
    }

    /// <summary>Unit u moves to slot Target, or is swapped with unit Target.</summary>
    private static (bool Swap, int Unit, int Target) Propose(PartitionState state, ref RandomStream random) =>
        random.NextInt32(2) == 0
        ? (false, random.NextInt32(state.Group.Length), random.NextInt32(state.Slots))
        : (true, random.NextInt32(state.Group.Length), random.NextInt32(state.Group.Length));

    private static double Gain(PartitionState state, (bool Swap, int Unit, int Target) proposal) =>
        !proposal.Swap ? state.MoveGain(proposal.Unit, proposal.Target)
        : state.Group[proposal.Unit] == state.Group[proposal.Target] ? double.NegativeInfinity
        : state.SwapGain(proposal.Unit, proposal.Target);

    private static void Apply(PartitionState state, (bool Swap, int Unit, int Target) proposal)
    {
        if (proposal.Swap)
            state.Swap(proposal.Unit, proposal.Target);
        else
            state.Move(proposal.Unit, proposal.Target);
    }

    private static double StartTemperature(PartitionState state, ref RandomStream random)
    {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < TrialProposals; i++)
            if (Gain(state, Propose(state, ref random)) is var gain && double.IsFinite(gain))
                (sum, count) = (sum + Math.Abs(gain), count + 1);
        return count > 0 && sum > 0 ? sum / count : 1;
    }
}
