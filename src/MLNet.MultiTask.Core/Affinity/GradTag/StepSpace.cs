using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>The directions in which the steps of subsets are sought, and the metric in which they are short.</summary>
/// <param name="Trunk">Directions of the shared layers.</param>
/// <param name="Heads">The heads' directions; null = heads stay as they are.</param>
/// <param name="Adam">AdamW's metric; null = Euclid's.</param>
internal sealed record StepSpace(ISubspace Trunk, HeadSpace? Heads, AdamGeometry? Adam)
{
    // The basis only has to lie close to the steps; what is summed within it takes all rows.
    public const int MostBasisRows = 8192;

    /// <summary>Measures the geometry on the training rows and spans the directions.</summary>
    /// <param name="train">Network and training rows.</param>
    /// <param name="problems">How tasks count in a loss.</param>
    /// <param name="observed">Which training rows observe which task.</param>
    /// <param name="options">Subspace, geometry and seed.</param>
    /// <param name="threads">Upper limit of threads.</param>
    public static StepSpace Build(TrunkSweep train, TaskShares problems, ObservedRows observed, GradTagOptions options,
        int threads)
    {
        NetworkShape shape = train.Shape;
        double[] shares = problems.Of([.. Enumerable.Range(0, shape.Tasks.Count)]);
        TrunkVectors gradients = KrylovBasis.TaskGradients(train, problems.RowWeights);
        AdamGeometry? adam = options.Geometry == StepGeometry.AdamW
            ? AdamGeometry.Measure(train, gradients, shares, observed, options.Training.BatchSizeFor(train.Rows.Length),
                options.Seed)
            : null;
        ISubspace trunk = options.Subspace switch
        {
            GradTagSubspace.Kronecker => new KroneckerSubspace(shape, options.RandomDimension, options.Seed),
            GradTagSubspace.Rademacher =>
                new RademacherSubspace(shape, options.RandomDimension, options.Seed, adam?.Scale),
            GradTagSubspace.Whole => new WholeTrunk(shape, adam?.Scale),
            _ => new ExplicitSubspace(KrylovBasis.Build(Sample(train, options.Seed), gradients, shares,
                options.KrylovProducts, options.OwnProducts, options.MaxDimension, adam?.Scale), threads),
        };
        return new StepSpace(trunk, options.LearnHeads ? new HeadSpace(shape, adam?.Heads.Scale) : null, adam);
    }

    private static TrunkSweep Sample(TrunkSweep train, ulong seed)
    {
        if (train.Rows.Length <= MostBasisRows)
            return train;
        int[] places = new RandomStream(seed, "basis rows").Permutation(train.Rows.Length)[..MostBasisRows];
        Array.Sort(places);
        return train.Of([.. places.Select(place => train.Rows[place])]);
    }
}
