using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>One base network, linearised: predicts what fine-tuning it on any subset of tasks would do.</summary>
internal sealed class LinearizedNetwork
{
    private const int NumbersAtOnce = 1 << 22;
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

    /// <summary>How many subsets <see cref="Predict"/> takes at a time, so that their networks take a few
    /// megabytes.</summary>
    public int SubsetsAtOnce => Math.Clamp(NumbersAtOnce / Network.Parameters.Length, 1, 64);

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
        MoveHeads(subset, step, parameters);
        return WithParameters(parameters);
    }

    /// <summary>
    /// Predicted validation losses of each subset's members, and ‖B·w‖ over the norm of the trunk's parameters. Several
    /// subsets take less time than each by itself would; the bits are the same.
    /// </summary>
    public (double[] Losses, double RelativeStep)[] Predict(int[][] subsets, StepLength length)
    {
        SubsetStep[] steps = [.. subsets.Select(subset => Step(subset, length))];
        double[][] losses = Validation is null && _linearized is null
            ? Forward(subsets, steps) : [.. subsets.Zip(steps, WithoutForward)];
        return [.. losses.Zip(steps, (loss, step) => (loss, RelativeLength(step)))];
    }

    private double[] WithoutForward(int[] subset, SubsetStep step) => [.. subset.Select((i, k) =>
        Validation is { } statistics
            ? Losses[i] + statistics.QuadraticChange(i, [.. step.Trunk, .. step.Head(k)])
            : _linearized![i].MeanLoss(step.Trunk, step.Head(k)))];

    private double[][] Forward(int[][] subsets, SubsetStep[] steps)
    {
        int size = Network.Parameters.Length;
        var moved = new float[subsets.Length * size];
        for (int s = 0; s < subsets.Length; s++)
            Network.Parameters.CopyTo(moved, s * size);
        Space.Trunk.AddTo(steps.SelectMany(step => step.Trunk).ToArray(), subsets.Length, moved);
        var parameters = new float[size];
        SharedBottomNetwork network = WithParameters(parameters);
        return [.. subsets.Select((subset, s) =>
        {
            moved.AsSpan(s * size, size).CopyTo(parameters);
            MoveHeads(subset, steps[s], parameters);
            return _evaluator.Losses(network, subset);
        })];
    }

    private void MoveHeads(int[] subset, SubsetStep step, float[] parameters)
    {
        for (int k = 0; k < subset.Length && step.Heads is not null; k++)
            Space.Heads!.AddTo(subset[k], step.Heads[k], parameters);
    }

    private SharedBottomNetwork WithParameters(float[] parameters) =>
        new(Network.Shape, parameters, Network.TargetMeans, Network.TargetScales);
}
