using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>Floating-point operations of an estimate, by formula: two per multiply-add.</summary>
/// <param name="shape">The base network.</param>
/// <param name="space">Directions of the steps.</param>
/// <param name="sizes">Per task: coordinates of trunk and own head together.</param>
/// <param name="options">Solver and evaluation.</param>
/// <param name="batchSize">Rows of a mini-batch.</param>
/// <param name="train">Of the training rows that are looked at, which observes which task.</param>
/// <param name="validation">The same of the validation rows.</param>
internal sealed class LinearizationCost(NetworkShape shape, StepSpace space, int[] sizes, GradTagOptions options,
    int batchSize, ObservedRows train, ObservedRows validation)
{
    private readonly double _dimension = space.Trunk.Dimension;

    /// <summary>Operations of linearising: all that is done once.</summary>
    public double Fixed()
    {
        double gradients = Passes(train.Count, shape.Tasks.Count)
            + (space.Adam is null ? 0 : AdamGeometry.Vectors(shape.Tasks.Count) * Passes(batchSize, 1));
        double basis = options.Subspace == GradTagSubspace.Krylov ? Krylov() : 0;
        double solver = options.Solver switch
        {
            GradTagSolver.OneStep => Statistics(train) + sizes.Sum(size => (size - _dimension) * size * size),
            GradTagSolver.ConjugateGradient => 0,
            _ => Passes(train.Count, _dimension),
        };
        double evaluation = options.Evaluation switch
        {
            SubsetEvaluation.Quadratic => Statistics(validation),
            SubsetEvaluation.Linearized => Passes(validation.Count, _dimension),
            _ => 0,
        };
        return gradients + basis + solver + evaluation;
    }

    /// <summary>Operations of predicting one subset; NaN where the solver iterates.</summary>
    /// <param name="size">Tasks of the subset.</param>
    public double PerSubset(int size)
    {
        if (options.Solver != GradTagSolver.OneStep)
            return double.NaN;
        double d = _dimension, all = sizes.Average(), head = all - d;
        return d * d * d / 3 + d * d * (size + 2) + size * 2 * head * all + options.Evaluation switch
        {
            SubsetEvaluation.Quadratic => 2 * all * all * size,
            SubsetEvaluation.Linearized => 2 * all * size * validation.Count,
            _ => 2 * d * shape.TrunkParameterCount + 2.0 * shape.ParameterCount * validation.Count,
        };
    }

    // A tangent pass or a pull costs each vector about as much as a forward pass through all layers but the first, plus
    // one through all.
    private double Passes(double rows, double vectors) =>
        2 * rows * vectors * (2.0 * shape.ParameterCount - (double)shape.FeatureCount * shape.Hidden[0]);

    private double Krylov()
    {
        double tasks = shape.Tasks.Count, vectors = tasks * (1 + options.KrylovProducts + options.OwnProducts),
            products = options.KrylovProducts * Math.Min(tasks, options.MaxDimension) + options.OwnProducts * tasks;
        return Passes(Math.Min(StepSpace.MostBasisRows(shape.Tasks.Count), train.Count), 2 * products)
            + vectors * (vectors + 2.0 * _dimension) * shape.TrunkParameterCount;
    }

    private double Statistics(ObservedRows rows) =>
        Passes(rows.Count, _dimension) + rows.Counts.Select((count, t) => (double)count * sizes[t] * sizes[t]).Sum();
}
