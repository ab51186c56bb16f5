using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>One base network, linearised: predicts what fine-tuning it on any subset of tasks would do.</summary>
internal sealed class LinearizedNetwork
{
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
        int batchSize = options.Training.BatchSizeFor(split.Train.Length);
        int[] trainSample = RowSample.Of(table, split.Train, options.Seed),
            validationSample = RowSample.Of(table, split.Validation, options.Seed);
        var train = new TrunkSweep(network, table, split.Train, threads, cancellationToken);
        TrunkSweep sampled = trainSample == split.Train ? train : train.Of(trainSample);
        var observed = new ObservedRows(table, split.Train);
        var shares = new TaskShares(table.Tasks, train.TaskWeights(), options.Weighting);
        Space = StepSpace.Build(train, sampled, shares, observed, batchSize, options);
        _problems = new SubsetProblems(Space, shares, observed, batchSize, options.Training.LearningRate);
        _solver = SubsetSolvers.Create(options.Solver == GradTagSolver.OneStep ? sampled : train, Space, shares,
            options, cancellationToken);
        if (options.Evaluation == SubsetEvaluation.Quadratic)
            Validation = SubsetSolvers.Statistics(train.Of(validationSample), Space, options.FeatureMemory);
        if (options.Evaluation == SubsetEvaluation.Linearized)
            _linearized = PairFeatures.Keep(train.Of(split.Validation), Space.Trunk, Space.Heads,
                options.FeatureMemory);
        _evaluator = new ForwardEvaluator(table, Validation is null ? split.Validation : validationSample);
        _cost = new LinearizationCost(network.Shape, Space, PairFeatures.Sizes(table, Space.Trunk, Space.Heads),
            options, batchSize, sampled == train ? observed : new ObservedRows(table, trainSample),
            new ObservedRows(table, Validation is null ? split.Validation : validationSample));
        Losses = _evaluator.Losses(network, [.. Enumerable.Range(0, table.Tasks.Count)]);
        _trunkNorm = TensorPrimitives.Norm<float>(network.Parameters.AsSpan(0, network.Shape.TrunkParameterCount));
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
