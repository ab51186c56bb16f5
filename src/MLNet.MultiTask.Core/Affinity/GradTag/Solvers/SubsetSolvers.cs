using MLNet.MultiTask.Data;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Affinity;

/// <summary>Makes the solver that <see cref="GradTagOptions.Solver"/> asks for.</summary>
internal static class SubsetSolvers
{
    /// <summary>A solver over the training rows of a linearised network.</summary>
    /// <exception cref="ArgumentException">What it keeps is over <see cref="GradTagOptions.FeatureMemory"/>, or a
    /// task does not suit it.</exception>
    public static ISubsetSolver Create(TrunkSweep train, StepSpace space, TaskShares shares, GradTagOptions options,
        CancellationToken cancellationToken)
    {
        switch (options.Solver)
        {
            case GradTagSolver.Newton or GradTagSolver.LBfgs:
                return new FullSolver(PairFeatures.Keep(train, space.Trunk, space.Heads, options.FeatureMemory),
                    space.Trunk.Dimension, options.Solver == GradTagSolver.Newton, cancellationToken);
            case GradTagSolver.ConjugateGradient:
                return new ConjugateGradientSolver(train.Network, train.Table, train.Rows, shares.RowWeights,
                    (WholeTrunk)space.Trunk, space.Heads, cancellationToken);
            case GradTagSolver.LegacyForm:
                LegacySolver.ThrowIfNotBinary(train.Table);
                float[][] labels = [.. train.Table.Tasks.Select((_, t) => train.Rows
                    .Where(r => train.Table.IsObserved(r, t)).Select(r => train.Table.Label(r, t)).ToArray())];
                return new LegacySolver(PairFeatures.Keep(train, space.Trunk, null, options.FeatureMemory), labels,
                    space.Trunk.Dimension, cancellationToken);
            default:
                return new OneStepSolver(Statistics(train, space, options.FeatureMemory));
        }
    }

    /// <summary>Statistics of rows that add up over tasks.</summary>
    /// <exception cref="ArgumentException">They are over <paramref name="memory"/> bytes.</exception>
    public static TaskStatistics Statistics(TrunkSweep sweep, StepSpace space, long memory)
    {
        int[] sizes = PairFeatures.Sizes(sweep.Table, space.Trunk, space.Heads);
        long bytes = sizes.Sum(size => sizeof(float) * ((long)Packed.Length(size) + size));
        if (bytes > memory)
            throw new ArgumentException(
                $"Statistics of {Counted.Of(sizes.Length, "task")} in {space.Trunk.Dimension:N0} shared directions " +
                $"take {bytes:N0} bytes, more than {nameof(GradTagOptions.FeatureMemory)} = {memory:N0}; " +
                $"raise it, or lower {nameof(GradTagOptions.MaxDimension)}; without projection " +
                $"{nameof(GradTagSolver.ConjugateGradient)} keeps none");
        return TaskStatistics.Collect(sweep, space.Trunk, space.Heads);
    }
}
