using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>One base network, linearised: predicts what fine-tuning it on any subset of tasks would do.</summary>
internal sealed class LinearizedNetwork
{
    // Statistics are means: that many rows are enough, fewer where each holds labels of many tasks, unless a task is
    // seen too rarely among them.
    private const int MostStatisticRows = 16_384, EnoughStatisticRows = 2048, MostStatisticPairs = 1 << 20,
        LeastRowsOfTask = 256;
    private readonly double? _trustRadius;
    private readonly double _trunkNorm;
    private readonly SubsetProblems _problems;
    private readonly ISubsetSolver _solver;
    private readonly ForwardEvaluator _evaluator;
    private readonly TaskFeatures[]? _linearized;
    private readonly LinearizationCost _cost;

    public LinearizedNetwork(SharedBottomNetwork network, TaskTable table, RowSplit split, GradTagOptions options,
        CancellationToken cancellationToken)
    {
        (Network, Table, ValidationRows, _trustRadius) = (network, table, split.Validation, options.TrustRadius);
        int threads = options.Threads ?? Environment.ProcessorCount;
        var train = new TrunkSweep(network, table, split.Train, threads, cancellationToken);
        var validation = new TrunkSweep(network, table, split.Validation, threads, cancellationToken);
        var observed = new ObservedRows(table, split.Train);
        var shares = new TaskShares(table.Tasks, train.TaskWeights(), options.Weighting);
        Space = StepSpace.Build(train, shares, observed, options, threads);
        _problems = new SubsetProblems(Space, shares, observed, options.Training.BatchSizeFor(split.Train.Length),
            options.Training.LearningRate);
        _solver = SubsetSolvers.Create(options.Solver == GradTagSolver.OneStep ? Sample(train, options.Seed) : train,
            Space, shares, options, cancellationToken);
        _evaluator = new ForwardEvaluator(table, split.Validation);
        if (options.Evaluation == SubsetEvaluation.Quadratic)
            Validation = SubsetSolvers.Statistics(Sample(validation, options.Seed), Space, options.FeatureMemory);
        if (options.Evaluation == SubsetEvaluation.Linearized)
            _linearized = PairFeatures.Keep(validation, Space.Trunk, Space.Heads, options.FeatureMemory);
        _cost = new LinearizationCost(network.Shape, Space, PairFeatures.Sizes(table, Space.Trunk, Space.Heads),
            options, observed, new ObservedRows(table, split.Validation));
        Losses = _evaluator.Losses(network, [.. Enumerable.Range(0, table.Tasks.Count)]);
        _trunkNorm = TensorPrimitives.Norm<float>(network.Parameters.AsSpan(0, network.Shape.TrunkParameterCount));
    }

    private static TrunkSweep Sample(TrunkSweep sweep, ulong seed)
    {
        int most = Math.Clamp(MostStatisticPairs / sweep.Table.Tasks.Count, EnoughStatisticRows, MostStatisticRows);
        if (sweep.Rows.Length <= most)
            return sweep;
        int[] places = new RandomStream(seed, "statistic rows").Permutation(sweep.Rows.Length)[..most];
        Array.Sort(places);
        int[] rows = [.. places.Select(place => sweep.Rows[place])];
        return Array.TrueForAll(new ObservedRows(sweep.Table, rows).Counts, count => count >= LeastRowsOfTask)
            ? sweep.Of(rows) : sweep;
    }

    public SharedBottomNetwork Network { get; }

    public TaskTable Table { get; }

    public int[] ValidationRows { get; }

    /// <summary>Where steps are sought.</summary>
    public StepSpace Space { get; }

    /// <summary>Statistics of the validation rows, where losses are predicted from them.</summary>
    public TaskStatistics? Validation { get; }

    /// <summary>Validation loss of every task at W0: the trivial prediction.</summary>
    public double[] Losses { get; }

    /// <summary>Floating-point operations of linearising, by formula.</summary>
    public double Flops => _cost.Fixed();

    /// <summary>Floating-point operations of predicting one subset of <paramref name="size"/> tasks, by formula; NaN
    /// where the solver iterates.</summary>
    public double FlopsPerSubset(int size) => _cost.PerSubset(size);

    /// <summary>The step of a subset, shortened to the trust radius.</summary>
    public SubsetStep Step(int[] subset, StepLength length)
    {
        SubsetStep step = _solver.Solve(_problems.Of(subset, length));
        return _trustRadius is { } radius && RelativeLength(step) is var relative && relative > radius
            ? step.Times((float)(radius / relative)) : step;
    }

    /// <summary>‖B·w‖ over the norm of the trunk's parameters.</summary>
    public double RelativeLength(SubsetStep step) =>
        Space.Trunk.Norm(step.Trunk, Network.Shape.ParameterCount) / _trunkNorm;

    /// <summary>The network after a step of a subset.</summary>
    public SharedBottomNetwork At(int[] subset, SubsetStep step)
    {
        float[] parameters = [.. Network.Parameters];
        Space.Trunk.AddTo(step.Trunk, parameters);
        for (int k = 0; k < subset.Length && step.Heads is not null; k++)
            Space.Heads!.AddTo(subset[k], step.Heads[k], parameters);
        return new SharedBottomNetwork(Network.Shape, parameters, Network.TargetMeans, Network.TargetScales);
    }

    /// <summary>
    /// Predicted validation losses of the members, and ‖B·w‖ over the norm of the trunk's parameters.
    /// </summary>
    public (double[] Losses, double RelativeStep) Predict(int[] subset, StepLength length)
    {
        SubsetStep step = Step(subset, length);
        if (Validation is { } statistics)
            return ([.. subset.Select((i, k) => Losses[i]
                + statistics.QuadraticChange(i, [.. step.Trunk, .. step.Head(k)]))], RelativeLength(step));
        if (_linearized is { } features)
            return ([.. subset.Select((i, k) => features[i].MeanLoss(step.Trunk, step.Head(k)))], RelativeLength(step));
        return (_evaluator.Losses(At(subset, step), subset), RelativeLength(step));
    }
}
