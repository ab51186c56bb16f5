using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>One base network, linearised: predicts what fine-tuning it on any subset of tasks would do.</summary>
internal sealed class GradTagBase
{
    // The head of a task of weight 0 is not trained.
    private const double Fixed = 1e30;
    private const int ErrorRows = 512;

    // The basis only has to lie close to the steps; what is summed within it takes all rows.
    private const int MostBasisRows = 8192;

    private readonly GradTagOptions _options;
    private readonly ForwardEvaluator _evaluator;
    private readonly double _trunkNorm;
    private readonly TaskTable _table;
    private readonly AdamGeometry? _adam;
    private readonly ObservedRows _observed;
    private readonly int _batchSize;
    private readonly int[] _trainRows, _validationRows;
    private readonly HeadSpace? _heads;
    private readonly ISubsetSolver _solver;
    private readonly double[] _rowWeights;
    private readonly int[] _sizes;
    private readonly TaskFeatures[]? _linearized;

    public GradTagBase(SharedBottomNetwork network, TaskTable table, RowSplit split, GradTagOptions options,
        CancellationToken cancellationToken)
    {
        (_options, Network, _table, _trainRows, _validationRows) =
            (options, network, table, split.Train, split.Validation);
        _observed = new ObservedRows(table, split.Train);
        int threads = options.Threads ?? Environment.ProcessorCount;
        var train = new TrunkSweep(network, table, split.Train, threads, cancellationToken);
        var validation = new TrunkSweep(network, table, split.Validation, threads, cancellationToken);
        _rowWeights = train.TaskWeights();
        double[] shares = Shares([.. Enumerable.Range(0, table.Tasks.Count)]);
        TrunkVectors gradients = KrylovBasis.TaskGradients(train, _rowWeights);
        _batchSize = options.Training.BatchSize ?? (split.Train.Length > 5000 ? 256 : 128);
        if (options.Geometry == StepGeometry.AdamW)
            _adam = AdamGeometry.Measure(train, gradients, shares, _observed, _batchSize, options.Seed);
        Subspace = options.Subspace switch
        {
            GradTagSubspace.Kronecker => new KroneckerSubspace(network.Shape, options.RandomDimension, options.Seed),
            GradTagSubspace.Rademacher =>
                new RademacherSubspace(network.Shape, options.RandomDimension, options.Seed, _adam?.Scale),
            GradTagSubspace.Whole => new WholeTrunk(network.Shape, _adam?.Scale),
            _ => new ExplicitSubspace(KrylovBasis.Build(Sample(train), gradients, shares, options.KrylovProducts,
                options.OwnProducts, options.MaxDimension, _adam?.Scale), threads),
        };
        _heads = options.LearnHeads ? new HeadSpace(network.Shape, _adam?.Heads.Scale) : null;
        _sizes = PairFeatures.Sizes(table, Subspace, _heads);
        _solver = Solver(train, cancellationToken);
        _evaluator = new ForwardEvaluator(table, split.Validation);
        if (options.Evaluation == SubsetEvaluation.Quadratic)
            Validation = Statistics(validation);
        if (options.Evaluation == SubsetEvaluation.Linearized)
            _linearized = PairFeatures.Keep(validation, Subspace, _heads, options.FeatureMemory);
        Flops = LinearizationFlops(new ObservedRows(table, split.Validation));
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
    /// Floating-point operations of predicting one subset of <paramref name="size"/> tasks, by formula; NaN where the
    /// solver iterates.
    /// </summary>
    public double FlopsPerSubset(int size)
    {
        if (_options.Solver != GradTagSolver.OneStep)
            return double.NaN;
        double d = Subspace.Dimension, all = _sizes.Average(), head = all - d;
        return d * d * d / 3 + d * d * (size + 2) + size * 2 * head * all + _options.Evaluation switch
        {
            SubsetEvaluation.Quadratic => 2 * all * all * size,
            SubsetEvaluation.Linearized => 2 * all * size * _validationRows.Length,
            _ => 2 * d * Network.Shape.TrunkParameterCount
                + 2.0 * Network.Shape.ParameterCount * _validationRows.Length,
        };
    }

    // A tangent pass or a pull costs each vector about as much as a forward pass through all layers but the first, plus
    // one through all.
    private double PassFlops(double rows, double vectors) =>
        2 * rows * vectors
            * (2.0 * Network.Shape.ParameterCount - (double)Network.Shape.FeatureCount * Network.Shape.Hidden[0]);

    private TrunkSweep Sample(TrunkSweep train)
    {
        if (train.Rows.Length <= MostBasisRows)
            return train;
        int[] places = new RandomStream(_options.Seed, "basis rows").Permutation(train.Rows.Length)[..MostBasisRows];
        Array.Sort(places);
        return train.Of([.. places.Select(place => train.Rows[place])]);
    }

    private double LinearizationFlops(ObservedRows validation)
    {
        double gradients = PassFlops(_observed.Count, Network.Shape.Tasks.Count)
            + (_adam is null ? 0 : AdamGeometry.Vectors(Network.Shape.Tasks.Count) * PassFlops(_batchSize, 1));
        double basis = _options.Subspace == GradTagSubspace.Krylov ? KrylovFlops() : 0;
        double solver = _options.Solver switch
        {
            GradTagSolver.OneStep =>
                StatisticsFlops(_observed) + _sizes.Sum(size => (size - Subspace.Dimension) * (double)size * size),
            GradTagSolver.ConjugateGradient => 0,
            _ => PassFlops(_observed.Count, Subspace.Dimension),
        };
        double evaluation = _options.Evaluation switch
        {
            SubsetEvaluation.Quadratic => StatisticsFlops(validation),
            SubsetEvaluation.Linearized => PassFlops(validation.Count, Subspace.Dimension),
            _ => 0,
        };
        return gradients + basis + solver + evaluation;
    }

    private double KrylovFlops()
    {
        double tasks = Network.Shape.Tasks.Count, products = _options.KrylovProducts + _options.OwnProducts,
            vectors = tasks * (1 + products);
        return PassFlops(Math.Min(MostBasisRows, _observed.Count), tasks * 2 * products)
            + vectors * (vectors + 2.0 * Subspace.Dimension) * Network.Shape.TrunkParameterCount;
    }

    private double StatisticsFlops(ObservedRows rows) =>
        PassFlops(rows.Count, Subspace.Dimension)
            + rows.Counts.Select((count, t) => (double)count * _sizes[t] * _sizes[t]).Sum();

    /// <summary>The step of a subset, shortened to the trust radius.</summary>
    public SubsetStep Step(int[] subset, StepLength length)
    {
        SubsetStep step = _solver.Solve(Problem(subset, length));
        return _options.TrustRadius is { } radius && RelativeLength(step) is var relative && relative > radius
            ? step.Times((float)(radius / relative)) : step;
    }

    // ‖B·w‖ over the norm of the trunk's parameters.
    private double RelativeLength(SubsetStep step) =>
        Subspace.Norm(step.Trunk, Network.Shape.ParameterCount) / _trunkNorm;

    private ISubsetSolver Solver(TrunkSweep train, CancellationToken cancellationToken)
    {
        switch (_options.Solver)
        {
            case GradTagSolver.Newton or GradTagSolver.LBfgs:
                return new FullSolver(PairFeatures.Keep(train, Subspace, _heads, _options.FeatureMemory),
                    Subspace.Dimension, _options.Solver == GradTagSolver.Newton, cancellationToken);
            case GradTagSolver.ConjugateGradient:
                return new ConjugateGradientSolver(Network, _table, _trainRows, _rowWeights, (WholeTrunk)Subspace,
                    _heads, cancellationToken);
            case GradTagSolver.LegacyForm:
                LegacySolver.ThrowIfNotBinary(_table);
                float[][] labels = [.. _table.Tasks.Select((_, t) => _trainRows.Where(r => _table.IsObserved(r, t))
                    .Select(r => _table.Label(r, t)).ToArray())];
                return new LegacySolver(PairFeatures.Keep(train, Subspace, null, _options.FeatureMemory), labels,
                    Subspace.Dimension, cancellationToken);
            default:
                return new OneStepSolver(Statistics(train));
        }
    }

    private TaskStatistics Statistics(TrunkSweep sweep)
    {
        long bytes = _sizes.Sum(size => sizeof(float) * ((long)size * size + size));
        if (bytes > _options.FeatureMemory)
            throw new ArgumentException(
                $"Statistics of {_sizes.Length} tasks in {Subspace.Dimension:N0} shared directions take " +
                $"{bytes:N0} bytes, more than {nameof(GradTagOptions.FeatureMemory)} = {_options.FeatureMemory:N0}; " +
                $"raise it, or lower {nameof(GradTagOptions.MaxDimension)}; without projection " +
                $"{nameof(GradTagSolver.ConjugateGradient)} keeps none");
        return TaskStatistics.Collect(sweep, Subspace, _heads);
    }

    private SubsetProblem Problem(int[] subset, StepLength length)
    {
        double[] shares = Shares(subset);
        if (_adam is null)
            return new SubsetProblem(subset, shares, length.Lambda!.Value,
                _heads is null ? null : [.. shares.Select(s => s > 0 ? length.Lambda.Value / s : Fixed)]);
        int rows = _observed.Any(subset);
        double steps = length.Epochs * Math.Ceiling((double)rows / _batchSize),
            rowShare = (double)rows / _observed.Count;
        double lambda = length.Lambda ?? 1 / (_options.Training.LearningRate * steps);
        return new SubsetProblem(subset, shares, lambda * _adam.RelativeSize(subset, shares, rowShare),
            _heads is null ? null : [.. subset.Select((t, k) => shares[k] > 0
                ? Rounded(lambda * _adam.Heads.RelativeSize(t, rows)) : Fixed)]);
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

    /// <summary>
    /// Σ (u + g·Δ − u')² / Σ max(|u|, |u'|)² over the members' pairs in some validation rows, mean over subsets: u at
    /// W0, u' after the step Δ of trunk and heads.
    /// </summary>
    /// <param name="subsets">Subsets.</param>
    /// <param name="length">How far they go.</param>
    /// <param name="radius">If given, every step is brought to this length relative to the trunk's.</param>
    public double LinearizationError(int[][] subsets, StepLength length, double? radius = null)
    {
        ReadOnlySpan<int> rows = _validationRows.AsSpan(0, Math.Min(_validationRows.Length, ErrorRows));
        SubsetStep[] steps = [.. subsets.Select(subset => Scaled(Step(subset, length), radius))];
        var directions = new TrunkVectors(Network.Shape, subsets.Length);
        for (int s = 0; s < subsets.Length; s++)
        {
            var step = new float[Network.Parameters.Length];
            Subspace.AddTo(steps[s].Trunk, step);
            directions.Set(s, step);
        }
        var chunk = new TrunkChunk(Network, _table, rows.Length);
        chunk.Load(rows);
        var linear = new float[chunk.PairCount * subsets.Length];
        chunk.Features(directions, linear);
        double sum = 0;
        for (int s = 0; s < subsets.Length; s++)
        {
            var moved = new TrunkChunk(At(subsets[s], steps[s]), _table, rows.Length);
            moved.Load(rows);
            double error = 0, size = 0;
            for (int r = 0; r < rows.Length; r++)
                for (int p = chunk.PairStart[r]; p < chunk.PairStart[r + 1]; p++)
                {
                    int k = Array.IndexOf(subsets[s], chunk.PairTask[p]);
                    if (k < 0)
                        continue;
                    double u = chunk.Pairs[p].Value, exact = moved.Pairs[p].Value;
                    double change = linear[p * subsets.Length + s] + (HeadChange(chunk, r, p, steps[s].Head(k)));
                    error += (u + change - exact) * (u + change - exact);
                    size += Math.Max(u * u, exact * exact);
                }
            sum += size > 0 ? error / size : 0;
        }
        return sum / subsets.Length;
    }

    private double HeadChange(TrunkChunk chunk, int row, int pair, ReadOnlySpan<float> step)
    {
        if (step.IsEmpty)
            return 0;
        var features = new float[step.Length];
        _heads!.Features(chunk, row, pair, features);
        return TensorPrimitives.Dot<float>(features, step);
    }

    private SubsetStep Scaled(SubsetStep step, double? radius) =>
        radius is { } wanted && RelativeLength(step) is var length and > 0
            ? step.Times((float)(wanted / length)) : step;

    // A subset whose tasks all have weight 0 is not trained: its step is zero.
    private double[] Shares(int[] subset)
    {
        double[] shares = [.. subset.Select(t => _options.Weighting == SubsetWeighting.TaskBalanced
            ? Network.Shape.Tasks[t].Weight : _rowWeights[t] * Network.Shape.Tasks[t].Weight)];
        double total = shares.Sum();
        return [.. shares.Select(s => total > 0 ? s / total : 0)];
    }
}
