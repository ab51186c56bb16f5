using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>The directions in which the steps of subsets are sought, and the metric in which they are short.</summary>
/// <param name="Trunk">Directions of the shared layers.</param>
/// <param name="Heads">The heads' directions; null = heads stay as they are.</param>
/// <param name="Adam">AdamW's metric; null = Euclid's.</param>
internal sealed record StepSpace(ISubspace Trunk, HeadSpace? Heads, AdamGeometry? Adam)
{
    // The basis only has to lie close to the steps.
    private const int BasisRows = 8192;

    /// <summary>Rows that the basis takes at most.</summary>
    public static int MostBasisRows(int tasks) => Math.Min(BasisRows, RowSample.MostRows(tasks));

    /// <summary>Measures the geometry on the training rows and spans the directions.</summary>
    /// <param name="train">Network and training rows.</param>
    /// <param name="sample">The same with rows enough for means.</param>
    /// <param name="problems">How tasks count in a loss.</param>
    /// <param name="observed">Which training rows observe which task.</param>
    /// <param name="batchSize">Rows of a mini-batch.</param>
    /// <param name="options">Subspace, geometry and seed.</param>
    public static StepSpace Build(TrunkSweep train, TrunkSweep sample, TaskShares problems, ObservedRows observed,
        int batchSize, GradTagOptions options)
    {
        NetworkShape shape = train.Shape;
        double[] shares = problems.Of([.. Enumerable.Range(0, shape.Tasks.Count)]);
        TrunkVectors gradients = KrylovBasis.TaskGradients(sample, sample.TaskWeights());
        AdamGeometry? adam = options.Geometry == StepGeometry.AdamW
            ? AdamGeometry.Measure(train, sample, gradients, shares, observed, batchSize, options.Seed)
            : null;
        ISubspace trunk = options.Subspace switch
        {
            GradTagSubspace.Kronecker => new KroneckerSubspace(shape, options.RandomDimension, options.Seed),
            GradTagSubspace.Rademacher =>
                new RademacherSubspace(shape, options.RandomDimension, options.Seed, adam?.Scale),
            GradTagSubspace.Whole => new WholeTrunk(shape, adam?.Scale),
            _ => new ExplicitSubspace(KrylovBasis.Build(ForBasis(train, options.Seed), gradients, shares,
                options.KrylovProducts, options.OwnProducts, options.MaxDimension, adam?.Scale), train.Threads),
        };
        return new StepSpace(trunk, options.LearnHeads ? new HeadSpace(shape, adam?.Heads.Scale) : null, adam);
    }

    private static TrunkSweep ForBasis(TrunkSweep train, ulong seed)
    {
        int[] rows = RowSample.Draw(train.Rows, MostBasisRows(train.Table.Tasks.Count), seed, "basis rows");
        return rows == train.Rows ? train : train.Of(rows);
    }
}
