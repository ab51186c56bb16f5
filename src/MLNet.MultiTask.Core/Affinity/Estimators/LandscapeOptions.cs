using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>Where <see cref="LandscapeAffinity"/> takes its per-sample gradients.</summary>
public sealed record LandscapeOptions : AffinityOptions
{
    /// <summary>Widths of the shared layers.</summary>
    /// <value>The default value is 64, 32; at least one layer.</value>
    public IReadOnlyList<int> Hidden { get; init; } = [64, 32];

    /// <summary>Whether the networks have layer norm; its gains and shifts count as the layer's parameters.</summary>
    /// <value>The default value is false.</value>
    public bool LayerNorm { get; init; }

    /// <summary>Random initial networks, whose distances are averaged.</summary>
    /// <value>The default value is 5; at least 1.</value>
    public int Initializations { get; init; } = 5;

    /// <summary>
    /// Training rows looked at, of all tasks together where tasks label the same rows, otherwise of every task.
    /// </summary>
    /// <value>The default value is 512; at least 1.</value>
    public int Samples { get; init; } = 512;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Hidden);
        Check(Hidden.Count >= 1, nameof(Hidden), Hidden.Count, "at least one shared layer");
        Check(Hidden.All(width => width >= 1), nameof(Hidden), string.Join(", ", Hidden), "widths of at least 1");
        Check(Initializations >= 1, nameof(Initializations), Initializations, "at least 1");
        Check(Samples >= 1, nameof(Samples), Samples, "at least 1");
    }
}
