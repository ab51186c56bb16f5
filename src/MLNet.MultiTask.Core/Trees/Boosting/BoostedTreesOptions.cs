namespace MLNet.MultiTask;

/// <summary>How a forest with vector leaves is boosted; names as in ML.NET's LightGBM.</summary>
public sealed record BoostedTreesOptions
{
    /// <summary>
    /// Most trees. A task whose validation loss is best earlier keeps so many; with few labels the other tasks' count,
    /// too.
    /// </summary>
    /// <value>The default value is 1,000; from 1 to 100,000.</value>
    public int NumberOfTrees { get; init; } = 1000;

    /// <summary>Most leaves of a tree.</summary>
    /// <value>The default value is 31; from 2 to 131,072.</value>
    public int NumberOfLeaves { get; init; } = 31;

    /// <summary>Most questions on the way to a leaf.</summary>
    /// <value>The default value is null: no limit. At least 1.</value>
    public int? MaximumTreeDepth { get; init; }

    /// <summary>Share of a leaf's value that is added.</summary>
    /// <value>The default value is 0.05; positive, at most 1.</value>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>Most bins of a feature, without the one for missing values.</summary>
    /// <value>The default value is 255; from 2 to 255.</value>
    public int MaximumBinCount { get; init; } = 255;

    /// <summary>Fewest training rows of a leaf.</summary>
    /// <value>The default value is 20; at least 1.</value>
    public int MinimumExampleCountPerLeaf { get; init; } = 20;

    /// <summary>Least sum of Hessians of a leaf, as a mean over the outputs.</summary>
    /// <value>The default value is 0.001; finite and not negative.</value>
    public double MinimumChildWeight { get; init; } = 1e-3;

    /// <summary>λ: added to the sum of Hessians in gains and leaf values.</summary>
    /// <value>The default value is 1; finite and not negative.</value>
    public double L2Regularization { get; init; } = 1;

    /// <summary>A leaf is split if the loss falls by more, by the split search's own reckoning.</summary>
    /// <value>The default value is 0; finite and not negative.</value>
    public double MinimumSplitGain { get; init; }

    /// <summary>Share of the rows that a tree is grown on, drawn anew for each.</summary>
    /// <value>The default value is 1; positive, at most 1.</value>
    public double SubsampleFraction { get; init; } = 1;

    /// <summary>Share of the features that a tree may ask about, drawn anew for each.</summary>
    /// <value>The default value is 1; positive, at most 1.</value>
    public double FeatureFraction { get; init; } = 1;

    /// <summary>What the split search sees where there are more outputs than <see cref="SketchDimension"/>.</summary>
    /// <value>The default value is <see cref="SplitSketch.RandomProjection"/>.</value>
    public SplitSketch Sketch { get; init; } = SplitSketch.RandomProjection;

    /// <summary>Columns of the sketch; not used by <see cref="SplitSketch.None"/>.</summary>
    /// <value>The default value is 14, which fill a register; from 1 to 254.</value>
    public int SketchDimension { get; init; } = 14;

    /// <summary>
    /// Trees without a better validation loss after which a task is no longer learned; training ends with the last.
    /// </summary>
    /// <value>The default value is 50; at least 1; null = never stop early.</value>
    public int? EarlyStoppingRound { get; init; } = 50;

    /// <summary>Added to a category's sum of Hessians when categories are put in order.</summary>
    /// <value>The default value is 10; finite and not negative.</value>
    public double CategoricalSmoothing { get; init; } = 10;

    /// <summary>Added to λ where categories are split.</summary>
    /// <value>The default value is 10; finite and not negative.</value>
    public double L2CategoricalRegularization { get; init; } = 10;

    /// <summary>Fewest rows, in the leaf that is split, of a category that is put on a side of its own
    /// choice.</summary>
    /// <value>The default value is 10; at least 1.</value>
    public int MinimumExampleCountPerGroup { get; init; } = 10;

    /// <summary>Most categories on the chosen side of a split.</summary>
    /// <value>The default value is 32; at least 1.</value>
    public int MaximumCategoricalSplitPointCount { get; init; } = 32;

    /// <summary>Features that together say one category, such as one-hot encoded ones.</summary>
    /// <value>The default value is empty: every feature is a number. In order, without overlap.</value>
    public IReadOnlyList<CategorySlots> Categories { get; init; } = [];

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A value is out of range; name, range and value are in the message.
    /// </exception>
    public void Validate()
    {
        Check(NumberOfTrees is >= 1 and <= 100_000, nameof(NumberOfTrees), NumberOfTrees, "from 1 to 100,000");
        Check(NumberOfLeaves is >= 2 and <= 131_072, nameof(NumberOfLeaves), NumberOfLeaves, "from 2 to 131,072");
        Check(MaximumTreeDepth is null or >= 1, nameof(MaximumTreeDepth), MaximumTreeDepth, "at least 1, or null");
        Check(MaximumBinCount is >= 2 and <= 255, nameof(MaximumBinCount), MaximumBinCount, "from 2 to 255");
        Check(MinimumExampleCountPerLeaf >= 1, nameof(MinimumExampleCountPerLeaf), MinimumExampleCountPerLeaf,
            "at least 1");
        CheckNotNegative(MinimumChildWeight, nameof(MinimumChildWeight));
        CheckNotNegative(L2Regularization, nameof(L2Regularization));
        CheckNotNegative(MinimumSplitGain, nameof(MinimumSplitGain));
        CheckNotNegative(CategoricalSmoothing, nameof(CategoricalSmoothing));
        CheckNotNegative(L2CategoricalRegularization, nameof(L2CategoricalRegularization));
        CheckShare(LearningRate, nameof(LearningRate));
        CheckShare(SubsampleFraction, nameof(SubsampleFraction));
        CheckShare(FeatureFraction, nameof(FeatureFraction));
        Check(Enum.IsDefined(Sketch), nameof(Sketch), Sketch, "a sketch");
        Check(SketchDimension is >= 1 and <= 254, nameof(SketchDimension), SketchDimension, "from 1 to 254");
        Check(EarlyStoppingRound is null or >= 1, nameof(EarlyStoppingRound), EarlyStoppingRound,
            "at least 1, or null");
        Check(MinimumExampleCountPerGroup >= 1, nameof(MinimumExampleCountPerGroup), MinimumExampleCountPerGroup,
            "at least 1");
        Check(MaximumCategoricalSplitPointCount >= 1, nameof(MaximumCategoricalSplitPointCount),
            MaximumCategoricalSplitPointCount, "at least 1");
        ArgumentNullException.ThrowIfNull(Categories);
        int next = 0;
        foreach (CategorySlots category in Categories)
        {
            Check(category.First >= next && category.Count >= 1, nameof(Categories), category,
                "in order, without overlap and each of at least one feature");
            next = category.First + category.Count;
        }
    }

    /// <summary>One line of everything that decides the bits, in a fixed order.</summary>
    internal string Settings => string.Join("; ",
        FormattableString.Invariant($"{NumberOfTrees} trees, {NumberOfLeaves} leaves, depth {MaximumTreeDepth}"),
        FormattableString.Invariant($"learning rate {LearningRate}, bins {MaximumBinCount}"),
        FormattableString.Invariant($"leaf of {MinimumExampleCountPerLeaf} rows and weight {MinimumChildWeight}"),
        FormattableString.Invariant($"L2 {L2Regularization}, gain {MinimumSplitGain}"),
        FormattableString.Invariant($"rows {SubsampleFraction}, features {FeatureFraction}"),
        FormattableString.Invariant($"sketch {Sketch} {SketchDimension}, early stopping {EarlyStoppingRound}"),
        FormattableString.Invariant($"categories {CategoricalSmoothing}, {L2CategoricalRegularization}, ") +
        FormattableString.Invariant($"{MinimumExampleCountPerGroup}, {MaximumCategoricalSplitPointCount}: ") +
            string.Join(' ', Categories.Select(c => FormattableString.Invariant($"{c.First}+{c.Count}"))));

    private static void CheckNotNegative(double value, string name) =>
        Check(value >= 0 && float.IsFinite((float)value), name, value, "finite and not negative");

    private static void CheckShare(double value, string name) =>
        Check(value > 0 && value <= 1, name, value, "positive and at most 1");

    private static void Check(bool ok, string name, object? value, string range)
    {
        if (!ok)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}");
    }
}
