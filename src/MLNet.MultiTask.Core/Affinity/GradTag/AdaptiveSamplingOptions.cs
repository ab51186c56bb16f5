namespace MLNet.MultiTask;

/// <summary>When sampling subsets of tasks has said enough about how to group them.</summary>
public sealed record AdaptiveSamplingOptions
{
    /// <summary>Numbers of groups whose groupings are watched.</summary>
    /// <value>The default value is null: 2, 3, … up to 8 or half of the tasks. From 1 to the number of tasks.</value>
    public IReadOnlyList<int>? GroupCounts { get; init; }

    /// <summary>
    /// How much of its density a grouping of an earlier round may fall short of the new round's, under the new
    /// affinity, to count as unchanged: groupings that are as good as one another would take turns for ever.
    /// </summary>
    /// <value>The default value is 0.02; 0 asks for the same grouping. In [0, 1).</value>
    public double Tolerance { get; init; } = 0.02;

    /// <summary>
    /// How many times as large a round makes the sample, at least: a grouping that outlives a few more subsets says
    /// little, one that outlives twice as many says more.
    /// </summary>
    /// <value>The default value is 1.5; at least 1, which makes all rounds alike.</value>
    public double Growth { get; init; } = 1.5;

    /// <summary>Rounds in a row in which none of the groupings has changed.</summary>
    /// <value>The default value is 2; at least 1.</value>
    public int StableRounds { get; init; } = 2;

    /// <summary>Most rounds.</summary>
    /// <value>The default value is 12, after which every pair stands in some 200 subsets; at least 1.</value>
    public int MaxRounds { get; init; } = 12;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A value is out of range; name, range and value are in the message.
    /// </exception>
    public void Validate()
    {
        Check(Tolerance is >= 0 and < 1, nameof(Tolerance), Tolerance, "at least 0 and below 1");
        Check(Growth >= 1 && double.IsFinite(Growth), nameof(Growth), Growth, "at least 1 and finite");
        Check(StableRounds >= 1, nameof(StableRounds), StableRounds, "at least 1");
        Check(MaxRounds >= 1, nameof(MaxRounds), MaxRounds, "at least 1");
        foreach (int k in GroupCounts ?? [])
            Check(k >= 1, nameof(GroupCounts), k, "at least 1");
    }
}
