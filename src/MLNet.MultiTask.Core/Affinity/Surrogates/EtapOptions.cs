using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>How <see cref="EtapAffinity"/> predicts groups.</summary>
public sealed record EtapOptions : TrainedAffinityOptions
{
    /// <summary>Groups really trained, besides every task alone.</summary>
    /// <value>The default value is 40; at least 5. Fewer tasks may have fewer groups.</value>
    public int Groups { get; init; } = 40;

    /// <summary>Runs of each, whose losses are averaged.</summary>
    /// <value>The default value is 1; at least 1.</value>
    public int Runs { get; init; } = 1;

    /// <summary>Degree of the spline from scores to gains.</summary>
    /// <value>The default value is 3; from 1 to 6.</value>
    public int Degree { get; init; } = 3;

    /// <summary>Knots of the spline between the least and the greatest score.</summary>
    /// <value>The default value is 2; not negative.</value>
    public int Knots { get; init; } = 2;

    /// <summary>Predicted subsets that are averaged, at least.</summary>
    /// <value>The default value is 1,000; not negative.</value>
    public int Subsets { get; init; } = 1000;

    /// <summary>Whether each task's row is in units of the spread of its predicted losses.</summary>
    /// <value>The default value is true.</value>
    public bool Standardize { get; init; } = true;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        CheckTrunk();
        Check(Groups >= 5, nameof(Groups), Groups, "at least 5");
        Check(Runs >= 1, nameof(Runs), Runs, "at least 1");
        Check(Degree is >= 1 and <= 6, nameof(Degree), Degree, "from 1 to 6");
        Check(Knots >= 0, nameof(Knots), Knots, "not negative");
        Check(Subsets >= 0, nameof(Subsets), Subsets, "not negative");
    }
}
