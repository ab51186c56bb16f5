using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// A trained tabular network, linearised in the parameters before its heads: predicts the validation losses after
/// fine-tuning it on any subset of tasks. The heads stay as they are.
/// </summary>
internal sealed class LinearizedTabular
{
    private readonly TabularGradTagOptions _options;
    private readonly TabularSweep _validation;
    private readonly TaskShares _shares;
    private readonly ObservedRows _observed;
    private readonly OneStepSolver _solver;
    private readonly TabularGeometry? _geometry;
    private readonly TaskFeatures[]? _features;
    private readonly float[][] _directions;
    private readonly int _batch;

    /// <param name="network">W0, a network of all tasks.</param>
    /// <param name="table">The data.</param>
    /// <param name="split">Training rows fit, validation rows measure.</param>
    /// <param name="options">Subspace, step length, evaluation.</param>
    /// <param name="threads">Upper limit of threads.</param>
    /// <param name="cancellationToken">Looked at every chunk of rows.</param>
    public LinearizedTabular(TabularNetwork network, TaskTable table, RowSplit split, TabularGradTagOptions options,
        int threads, CancellationToken cancellationToken)
    {
        (Network, _options) = (network, options);
        var train = new TabularSweep(network, table, split.Train, threads, cancellationToken);
        _validation = train.Of(split.Validation);
        _shares = new TaskShares(table.Tasks, train.TaskWeights(), SubsetWeighting.TaskBalanced);
        _observed = new ObservedRows(table, split.Train);
        _batch = options.Training.BatchSizeFor(split.Train.Length);
        double[] shares = _shares.Of([.. Enumerable.Range(0, table.Tasks.Count)]);
        var directions = new TabularDirections(train, shares, threads);
        float[][] gradients = directions.Gradients();
        if (options.Lambda is null)
            _geometry = TabularGeometry.Measure(train, gradients, shares, _batch, options.Seed, threads);
        float[] scale = _geometry?.Scale ?? [.. Enumerable.Repeat(1f, gradients[0].Length)];
        _directions = options.Subspace == GradTagSubspace.Krylov
            ? directions.Krylov(gradients, scale, options.MaxDimension)
            : TabularDirections.Random(options.RandomDimension, options.Seed, scale);
        _solver = new OneStepSolver(
            TaskStatistics.FromFeatures(Dimension, TabularDirections.Features(train, _directions)));
        if (options.Evaluation == SubsetEvaluation.Linearized)
            _features = TabularDirections.Features(_validation, _directions);
    }

    /// <summary>W0.</summary>
    public TabularNetwork Network { get; }

    /// <summary>Directions of steps.</summary>
    public int Dimension => _directions.Length;

    /// <summary>Predicted validation losses of a subset's members.</summary>
    public double[] Predict(int[] subset)
    {
        double[] shares = _shares.Of(subset);
        float[] step = _solver.Solve(new SubsetProblem(subset, shares, _options.Lambda ?? AdamLambda(subset, shares),
            null)).Trunk;
        if (_features is not null)
            return [.. subset.Select(t => _features[t].MeanLoss(step, []))];
        float[] moved = [.. Network.Parameters];
        for (int k = 0; k < step.Length; k++)
        {
            Span<float> shared = moved.AsSpan(0, _directions[k].Length);
            TensorPrimitives.MultiplyAdd(_directions[k], step[k], shared, shared);
        }
        return Losses(new TabularNetwork(Network.Shape, Network.Scaling, Network.Edges, moved, Network.Targets),
            subset);
    }

    /// <summary>Mean validation losses of a network's members.</summary>
    public double[] Losses(TabularNetwork network, int[] subset)
    {
        int tasks = network.Tasks.Count;
        var sweep = new TabularSweep(network, _validation.Table, _validation.Rows, 1, default);
        (double Loss, double Weight)[][] parts = sweep.Map(chunk =>
        {
            var sums = new (double Loss, double Weight)[tasks];
            for (int p = 0; p < chunk.PairCount; p++)
            {
                ref (double Loss, double Weight) own = ref sums[chunk.PairTask[p]];
                own = (own.Loss + (double)chunk.Weights[p] * chunk.Pairs[p].Loss, own.Weight + chunk.Weights[p]);
            }
            return sums;
        });
        return [.. subset.Select(t => parts.Sum(p => p[t].Loss) / parts.Sum(p => p[t].Weight))];
    }

    // n steps of rate η go as far as the penalty 1/(η·n) in Adam's metric allows. The schedule's mean rate is half
    // its greatest.
    private double AdamLambda(int[] subset, double[] shares)
    {
        int rows = _observed.Any(subset);
        double steps = _options.FineTuningEpochs * Math.Ceiling((double)rows / _batch);
        double rate = 0.5 * _options.Training.LearningRateFor(Network.Tasks);
        return _geometry!.RelativeSize(subset, shares, (double)rows / _observed.Count) / (rate * steps);
    }
}
