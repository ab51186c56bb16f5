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
    private readonly ISubsetSolver _solver;
    private readonly double[] _rowWeights;
    private readonly int[] _sizes;
    private readonly TaskFeatures[]? _linearized;

    public GradTagBase(SharedBottomNetwork network, TaskTable table, RowSplit split, GradTagOptions options, CancellationToken cancellationToken)
    {
        (_options, Network, _table, _trainRows, _validationRows) = (options, network, table, split.Train, split.Validation);
        int threads = options.Threads ?? Environment.ProcessorCount;
        var train = new TrunkSweep(network, table, split.Train, threads, cancellationToken);
        var validation = new TrunkSweep(network, table, split.Validation, threads, cancellationToken);
        _rowWeights = train.TaskWeights();
        double[] shares = Shares([.. Enumerable.Range(0, table.Tasks.Count)]);
        TrunkVectors gradients = KrylovBasis.TaskGradients(train, _rowWeights);
        _batchSize = options.Training.BatchSize ?? (split.Train.Length > 5000 ? 256 : 128);
        if (options.Geometry == StepGeometry.AdamW)
            _adam = AdamGeometry.Measure(train, gradients, shares, _batchSize, options.Seed);
        Subspace = options.Subspace switch
        {
            GradTagSubspace.Kronecker => new KroneckerSubspace(network.Shape, options.RandomDimension, options.Seed),
            GradTagSubspace.Rademacher => new RademacherSubspace(network.Shape, options.RandomDimension, options.Seed, _adam?.Scale),
            GradTagSubspace.Whole => new WholeTrunk(network.Shape, _adam?.Scale),
            _ => new ExplicitSubspace(KrylovBasis.Build(train, gradients, shares, options.KrylovProducts, options.OwnProducts,
                options.MaxDimension, _adam?.Scale)),
        };
        _heads = options.LearnHeads ? new HeadSpace(network.Shape, _adam?.Heads.Scale) : null;
        _sizes = PairFeatures.Sizes(table, Subspace, _heads);
        _solver = Solver(train, cancellationToken);
        _evaluator = new ForwardEvaluator(table, split.Validation);
        if (options.Evaluation == SubsetEvaluation.Quadratic)
            Validation = Statistics(validation);
        if (options.Evaluation == SubsetEvaluation.Linearized)
            _linearized = PairFeatures.Keep(validation, Subspace, _heads, options.FeatureMemory);
        Flops = LinearizationFlops(split.Train.Length, Observations(table, split.Train))
            + (Validation is null && _linearized is null ? 0 : LinearizationFlops(split.Validation.Length, Observations(table, split.Validation)));
        Losses = _evaluator.Losses(network, [.. Enumerable.Range(0, table.Tasks.Count)]);
        _trunkNorm = TensorPrimitives.Norm<float>(network.Parameters.AsSpan(0, network.Shape.TrunkParameterCount));
    }

    public SharedBottomNetwork Network { get; }

    public ISubspace Subspace { get; }

    /// <summary>Statistics of the validation rows, where losses are predicted from them.</summary>
    public TaskStatistics? Validation { get; }

    /// <summary>Validation loss of every task at W0: the trivial prediction.</summary>
    public double[] Losses { get; }

    /// <summary>Floating-point operations of linearising, by formula (two per multiply-add).</summary>
    public double Flops { get; }

    /// <summary>
    /// Floating-point operations of predicting one subset of <paramref name="size"/> tasks, by formula; NaN where the solver iterates.
    /// </summary>
    public double FlopsPerSubset(int size)
    {
        if (_options.Solver != GradTagSolver.OneStep)
            return double.NaN;
        double d = Subspace.Dimension, shape = Network.Shape.ParameterCount;
        double all = _sizes.Average(), head = 2 * size * (all - d) * (d + all);
        return d * d * d / 3 + 2 * d * d * (size + 2) + head + _options.Evaluation switch
        {
            SubsetEvaluation.Quadratic => 2 * all * all * size,
            SubsetEvaluation.Linearized => 2 * all * size * _validationRows.Length,
            _ => 2 * d * Network.Shape.TrunkParameterCount + 2 * shape * _validationRows.Length,
        };
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
        double statistics = 2 * pairs * _sizes.Average(size => (double)size * size);
        double elimination = _sizes.Sum(size => (size - d) * size * size);
        return basis + orthonormal + perVector * d + statistics + elimination;
    }

    /// <summary>The step of a subset, shortened to the trust radius.</summary>
    public SubsetStep Step(int[] subset, StepLength length)
    {
        SubsetStep step = _solver.Solve(Problem(subset, length));
        return _options.TrustRadius is { } radius && RelativeLength(step) is var relative && relative > radius
            ? step.Times((float)(radius / relative)) : step;
    }

    // ‖B·w‖ over the norm of the trunk's parameters.
    private double RelativeLength(SubsetStep step)
    {
        var trunk = new float[Network.Shape.ParameterCount];
        Subspace.AddTo(step.Trunk, trunk);
        return TensorPrimitives.Norm<float>(trunk) / _trunkNorm;
    }

    private ISubsetSolver Solver(TrunkSweep train, CancellationToken cancellationToken)
    {
        switch (_options.Solver)
        {
            case GradTagSolver.Newton or GradTagSolver.LBfgs:
                return new FullSolver(PairFeatures.Keep(train, Subspace, _heads, _options.FeatureMemory), Subspace.Dimension,
                    _options.Solver == GradTagSolver.Newton, cancellationToken);
            case GradTagSolver.ConjugateGradient:
                return new ConjugateGradientSolver(Network, _table, _trainRows, _rowWeights, (WholeTrunk)Subspace, _heads, cancellationToken);
            case GradTagSolver.LegacyForm:
                LegacySolver.ThrowIfNotBinary(_table);
                float[][] labels = [.. _table.Tasks.Select((_, t) => _trainRows.Where(r => _table.IsObserved(r, t)).Select(r => _table.Label(r, t)).ToArray())];
                return new LegacySolver(PairFeatures.Keep(train, Subspace, null, _options.FeatureMemory), labels, Subspace.Dimension, cancellationToken);
            default:
                return new OneStepSolver(Statistics(train));
        }
    }

    private TaskStatistics Statistics(TrunkSweep sweep)
    {
        long bytes = _sizes.Sum(size => sizeof(float) * ((long)size * size + size));
        if (bytes > _options.FeatureMemory)
            throw new ArgumentException($"Statistics of {_sizes.Length} tasks in {Subspace.Dimension:N0} shared directions take " +
                $"{bytes:N0} bytes, more than {nameof(GradTagOptions.FeatureMemory)} = {_options.FeatureMemory:N0}; raise it, or lower " +
                $"{nameof(GradTagOptions.MaxDimension)}; without projection {nameof(GradTagSolver.ConjugateGradient)} keeps none");
        return TaskStatistics.Collect(sweep, Subspace, _heads);
    }

    private SubsetProblem Problem(int[] subset, StepLength length)
    {
        double[] shares = Shares(subset);
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
        if (Validation is { } statistics)
            return ([.. subset.Select((i, k) => Losses[i] + statistics.QuadraticChange(i, [.. step.Trunk, .. step.Head(k)]))], RelativeLength(step));
        if (_linearized is { } features)
            return ([.. subset.Select((i, k) => features[i].MeanLoss(step.Trunk, step.Head(k)))], RelativeLength(step));
        SharedBottomNetwork moved = At(subset, step);
        int trunk = Network.Shape.TrunkParameterCount;
        return (_evaluator.Losses(moved, subset),
            TensorPrimitives.Distance<float>(moved.Parameters.AsSpan(0, trunk), Network.Parameters.AsSpan(0, trunk)) / _trunkNorm);
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
    private double[] Shares(int[] subset)
    {
        double[] shares = [.. subset.Select(t => _options.Weighting == SubsetWeighting.TaskBalanced
            ? Network.Shape.Tasks[t].Weight : _rowWeights[t] * Network.Shape.Tasks[t].Weight)];
        double total = shares.Sum();
        return [.. shares.Select(s => total > 0 ? s / total : 0)];
    }
}
