using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>One base network, linearised: predicts what fine-tuning it on any subset of tasks would do.</summary>
internal sealed class GradTagBase
{
    // The head of a task of weight 0 is not trained.
    private const double Fixed = 1e30;

    private readonly GradTagOptions _options;
    private readonly ForwardEvaluator _evaluator;
    private readonly double _trunkNorm;
    private readonly TaskTable _table;
    private readonly AdamGeometry? _adam;
    private readonly int[] _trainRows;
    private readonly int _batchSize;
    private readonly int[] _validationRows;
    private readonly HeadSpace? _heads;
    private readonly OneStepSolver _solver;

    public GradTagBase(SharedBottomNetwork network, TaskTable table, RowSplit split, GradTagOptions options, CancellationToken cancellationToken)
    {
        (_options, Network, _table, _trainRows, _validationRows) = (options, network, table, split.Train, split.Validation);
        int threads = options.Threads ?? Environment.ProcessorCount;
        var train = new TrunkSweep(network, table, split.Train, threads, cancellationToken);
        var validation = new TrunkSweep(network, table, split.Validation, threads, cancellationToken);
        double[] shares = Shares([.. Enumerable.Range(0, table.Tasks.Count)], train.TaskWeights());
        TrunkVectors gradients = KrylovBasis.TaskGradients(train, train.TaskWeights());
        _batchSize = options.Training.BatchSize ?? (split.Train.Length > 5000 ? 256 : 128);
        if (options.Geometry == StepGeometry.AdamW)
            _adam = AdamGeometry.Measure(train, gradients, shares, _batchSize, options.Seed);
        Subspace = options.Subspace switch
        {
            GradTagSubspace.Kronecker => new KroneckerSubspace(network.Shape, options.RandomDimension, options.Seed),
            GradTagSubspace.Rademacher => new RademacherSubspace(network.Shape, options.RandomDimension, options.Seed, _adam?.Scale),
            _ => new ExplicitSubspace(KrylovBasis.Build(train, gradients, shares, options.KrylovProducts, options.OwnProducts,
                options.MaxDimension, _adam?.Scale)),
        };
        _heads = options.LearnHeads ? new HeadSpace(network.Shape, _adam?.Heads.Scale) : null;
        Train = TaskStatistics.Collect(train, Subspace, _heads);
        _solver = new OneStepSolver(Train);
        _evaluator = new ForwardEvaluator(table, split.Validation);
        if (options.Evaluation == SubsetEvaluation.Quadratic)
            Validation = TaskStatistics.Collect(validation, Subspace, _heads);
        Flops = LinearizationFlops(split.Train.Length, Observations(table, split.Train))
            + (Validation is null ? 0 : LinearizationFlops(split.Validation.Length, Observations(table, split.Validation)));
        Losses = _evaluator.Losses(network, [.. Enumerable.Range(0, table.Tasks.Count)]);
        _trunkNorm = TensorPrimitives.Norm<float>(network.Parameters.AsSpan(0, network.Shape.TrunkParameterCount));
    }

    public SharedBottomNetwork Network { get; }

    public ISubspace Subspace { get; }

    public TaskStatistics Train { get; }

    /// <summary>Statistics of the validation rows, where losses are predicted from them.</summary>
    public TaskStatistics? Validation { get; }

    /// <summary>Validation loss of every task at W0: the trivial prediction.</summary>
    public double[] Losses { get; }

    /// <summary>Floating-point operations of linearising, by formula (two per multiply-add).</summary>
    public double Flops { get; }

    /// <summary>Floating-point operations of predicting one subset of <paramref name="size"/> tasks, by formula.</summary>
    public double FlopsPerSubset(int size)
    {
        double d = Subspace.Dimension, shape = Network.Shape.ParameterCount;
        double all = Train.Sizes.Average(), head = 2 * size * (all - d) * (d + all);
        return d * d * d / 3 + 2 * d * d * (size + 2) + head + (Validation is null
            ? 2 * d * Network.Shape.TrunkParameterCount + 2 * shape * _validationRows.Length : 2 * all * all * size);
    }

    // A tangent pass or a pull costs each vector about as much as a forward pass through all layers but the first, plus one through all.
    private double LinearizationFlops(int rows, double pairs)
    {
        NetworkShape shape = Network.Shape;
        double tasks = shape.Tasks.Count, d = Subspace.Dimension, first = (double)shape.FeatureCount * shape.Hidden[0];
        double perVector = 2.0 * rows * (2 * shape.ParameterCount - first);
        double vectors = tasks * (1 + _options.KrylovProducts + _options.OwnProducts);
        double basis = perVector * tasks * (1 + 2 * (_options.KrylovProducts + _options.OwnProducts));
        double orthonormal = vectors * (vectors + 2 * d) * shape.TrunkParameterCount;
        double statistics = 2 * pairs * Train.Sizes.Average(size => (double)size * size);
        double elimination = Train.Sizes.Sum(size => (size - d) * size * size);
        return basis + orthonormal + perVector * d + statistics + elimination;
    }

    /// <summary>The step of a subset.</summary>
    public SubsetStep Step(int[] subset, StepLength length) => _solver.Solve(Problem(subset, length));

    private SubsetProblem Problem(int[] subset, StepLength length)
    {
        double[] shares = Shares(subset, Train.Weights);
        if (_adam is null)
            return new SubsetProblem(subset, shares, length.Lambda!.Value,
                _heads is null ? null : [.. shares.Select(s => s > 0 ? length.Lambda.Value / s : Fixed)]);
        int rows = Array.FindAll(_trainRows, r => Array.Exists(subset, t => _table.IsObserved(r, t))).Length;
        double steps = length.Epochs * Math.Ceiling((double)rows / _batchSize), rowShare = (double)rows / _trainRows.Length;
        double lambda = length.Lambda ?? 1 / (_options.Training.LearningRate * steps);
        return new SubsetProblem(subset, shares, lambda * _adam.RelativeSize(subset, shares, rowShare),
            _heads is null ? null : [.. subset.Select((t, k) => shares[k] > 0 ? Rounded(lambda * _adam.Heads.RelativeSize(t, rowShare)) : Fixed)]);
    }

    // To the next power of 2^⅛, so that subsets of almost as many rows share the elimination of a head.
    private static double Rounded(double penalty) => Math.Pow(2, Math.Round(8 * Math.Log2(penalty)) / 8);

    /// <summary>The network after a step of a subset.</summary>
    public SharedBottomNetwork At(int[] subset, SubsetStep step)
    {
        float[] parameters = [.. Network.Parameters];
        Subspace.AddTo(step.Trunk, parameters);
        for (int k = 0; k < subset.Length && step.Heads is not null; k++)
            _heads!.AddTo(subset[k], step.Heads[k], parameters);
        return new SharedBottomNetwork(Network.Shape, parameters, Network.TargetMeans, Network.TargetScales);
    }

    /// <summary>Predicted validation losses of the members, and ‖B·w‖ over the norm of the trunk's parameters.</summary>
    public (double[] Losses, double RelativeStep) Predict(int[] subset, StepLength length)
    {
        SubsetStep step = Step(subset, length);
        SharedBottomNetwork moved = At(subset, step);
        int trunk = Network.Shape.TrunkParameterCount;
        double relative = TensorPrimitives.Distance<float>(moved.Parameters.AsSpan(0, trunk), Network.Parameters.AsSpan(0, trunk)) / _trunkNorm;
        return (Validation is null ? _evaluator.Losses(moved, subset) : [.. subset.Select((i, k) => Losses[i] +
            Validation.QuadraticChange(i, step.Heads is null ? step.Trunk : [.. step.Trunk, .. step.Heads[k]]))], relative);
    }

    /// <summary>
    /// Σ (u + g·w − u')² / Σ max(|u|, |u'|)² over the members' validation rows, mean over subsets: u at W0, u' at W0 + B·w.
    /// </summary>
    public double LinearizationError(int[][] subsets, StepLength length)
    {
        double sum = 0;
        foreach (int[] subset in subsets)
        {
            float[] w = Step(subset, length).Trunk;
            SharedBottomNetwork moved = At(subset, new SubsetStep(w, null));
            double error = 0, size = 0;
            int rows = Math.Min(_validationRows.Length, 512);
            TrunkChunk before = new(Network, _table, rows), after = new(moved, _table, rows);
            before.Load(_validationRows.AsSpan(0, rows));
            after.Load(_validationRows.AsSpan(0, rows));
            var features = new float[before.PairCount * w.Length];
            Subspace.Features(before, features);
            for (int p = 0; p < before.PairCount; p++)
            {
                if (Array.IndexOf(subset, before.PairTask[p]) < 0)
                    continue;
                double u = before.Pairs[p].Value, exact = after.Pairs[p].Value;
                double linear = u + TensorPrimitives.Dot<float>(features.AsSpan(p * w.Length, w.Length), w);
                error += (linear - exact) * (linear - exact);
                size += Math.Max(u * u, exact * exact);
            }
            sum += size > 0 ? error / size : 0;
        }
        return sum / subsets.Length;
    }

    private static double Observations(TaskTable table, int[] rows) =>
        rows.Sum(r => Enumerable.Range(0, table.Tasks.Count).Count(t => table.IsObserved(r, t)));

    // A subset whose tasks all have weight 0 is not trained: its step is zero.
    private double[] Shares(int[] subset, double[] rowWeights)
    {
        double[] shares = [.. subset.Select(t => _options.Weighting == SubsetWeighting.TaskBalanced
            ? Network.Shape.Tasks[t].Weight : rowWeights[t] * Network.Shape.Tasks[t].Weight)];
        double total = shares.Sum();
        return [.. shares.Select(s => total > 0 ? s / total : 0)];
    }
}
