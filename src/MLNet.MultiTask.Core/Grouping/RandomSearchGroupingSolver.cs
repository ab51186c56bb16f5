using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Grouping;

/// <summary>Options of <see cref="RandomSearchGroupingSolver"/>.</summary>
public sealed class RandomSearchOptions : PartitionOptions
{
    /// <summary>
    /// Value of a group of tasks (ascending) by really training it; higher is better, a grouping counts the sum over
    /// its groups. Each group is asked for once. Null = average density.
    /// </summary>
    public Func<IReadOnlyList<int>, CancellationToken, double>? Evaluate { get; set; }

    /// <summary>
    /// Cheap prediction of <see cref="Evaluate"/>, on any scale. Null = the negated sum of <see
    /// cref="TaskAffinity.PredictGroup"/> where the affinity has it, else average density.
    /// </summary>
    public Func<IReadOnlyList<int>, double>? Predict { get; set; }

    /// <summary>Mutations proposed, at least 1.</summary>
    public int Steps { get; set; } = 1000;

    /// <summary>A worse grouping is accepted with probability exp(K · change); positive.</summary>
    public double Steepness { get; set; } = 100;

    internal void Validate()
    {
        if (Steps < 1)
            throw new ArgumentOutOfRangeException(nameof(Steps), Steps, $"{nameof(Steps)} must be at least 1");
        if (!(Steepness > 0))
            throw new ArgumentOutOfRangeException(nameof(Steepness), Steepness,
                $"{nameof(Steepness)} must be positive");
    }
}

/// <summary>
/// Random search with quick reject (Ayman, Mukhopadhyay, Laszka, "Task Grouping for Automated Multi-Task Machine
/// Learning via Task Affinity Prediction", 2023): a task moves to another group; if the change is predicted to be worse
/// it is rejected without training, otherwise the changed groups are trained and the change is accepted with
/// probability min(1, exp(K · change)).
/// </summary>
/// <param name="options">Evaluation, prediction, constraints; null = defaults.</param>
public sealed class RandomSearchGroupingSolver(RandomSearchOptions? options = null) : ITaskGroupingSolver
{
    private readonly RandomSearchOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => "RandomSearch";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Options contradict one another, or a group's value is not
    /// finite.</exception>
    public GroupingResult Solve(TaskAffinity affinity, CancellationToken cancellationToken = default)
    {
        _options.Validate();
        var problem = new PartitionProblem(affinity, _options);
        var random = new RandomStream(_options.Seed, "random search");
        var evaluate = new GroupValues(problem, _options.Evaluate is { } train ? m => train(m, cancellationToken)
            : null);
        var predict = new GroupValues(problem, _options.Predict ?? (affinity.PredictGroup is { } losses ? m =>
            -losses(m).Sum() : null));
        PartitionState state = PartitionStarts.Random(problem, random);
        double value = evaluate.Total(state), bestValue = value;
        int[] best = [.. state.Group];
        int rejected = 0;
        for (int step = 0; step < _options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int unit = random.NextInt32(problem.Count), to = random.NextInt32(state.Slots), from = state.Group[unit];
            if (double.IsNegativeInfinity(state.MoveGain(unit, to)))
                continue;
            double predicted = predict.Pair(state, from, to);
            state.Move(unit, to);
            if (predict.Pair(state, from, to) < predicted)
            {
                rejected++;
                state.Move(unit, from);
                continue;
            }
            double now = evaluate.Total(state);
            if (now < value && random.NextDouble() >= Math.Exp(_options.Steepness * (now - value)))
            {
                state.Move(unit, from);
                continue;
            }
            value = now;
            if (value > bestValue)
                (bestValue, best) = (value, [.. state.Group]);
        }
        return new GroupingResult
        {
            Grouping = problem.ToGrouping(best),
            Objective = bestValue,
            Iterations = evaluate.Count,
            StopReason = $"{Counted.Of(_options.Steps, "step")} are done: {rejected} rejected by prediction, " +
                $"{evaluate.Count} groups evaluated",
            Solver = Name,
        };
    }

    /// <summary>Values of groups, each computed once; without a function the density.</summary>
    private sealed class GroupValues(PartitionProblem problem, Func<IReadOnlyList<int>, double>? value)
    {
        private readonly Dictionary<string, double> _known = [];

        public int Count => _known.Count;

        public double Total(PartitionState state)
        {
            double total = 0;
            for (int slot = 0; slot < state.Slots; slot++)
                total += Of(state, slot);
            return total;
        }

        public double Pair(PartitionState state, int a, int b) => Of(state, a) + Of(state, b);

        private double Of(PartitionState state, int slot)
        {
            if (state.Units[slot] == 0)
                return 0;
            int[] members = problem.TasksOf(state.MembersOf(slot));
            string key = string.Join(',', members);
            if (!_known.TryGetValue(key, out double known))
            {
                known = value is null ? state.Sums[slot] / state.Sizes[slot] : value(members);
                _known[key] = double.IsFinite(known) ? known
                    : throw new ArgumentException($"The value of group {key} is {known}; it must be finite");
            }
            return known - problem.GroupCost;
        }
    }
}
