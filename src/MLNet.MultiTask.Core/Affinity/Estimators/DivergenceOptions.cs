using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask;

/// <summary>How <see cref="DivergenceAffinity"/> compares the tasks' data.</summary>
public sealed record DivergenceOptions : AffinityOptions
{
    /// <summary>Training rows of every task, drawn at random.</summary>
    /// <value>The default value is 2048; at least 1.</value>
    public int Samples { get; init; } = 2048;

    /// <summary>Random frequencies that stand for the kernel of the features.</summary>
    /// <value>The default value is 256; at least 1.</value>
    public int Frequencies { get; init; } = 256;

    /// <summary>Width σ of the kernel exp(−‖x − x'‖² / 2σ²) of standardised features.</summary>
    /// <value>The default value is null: the median distance of two rows. Positive.</value>
    public double? Width { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(Samples >= 1, nameof(Samples), Samples, "at least 1");
        Check(Frequencies >= 1, nameof(Frequencies), Frequencies, "at least 1");
        Check(Width is null || (Width > 0 && double.IsFinite(Width.Value)), nameof(Width), Width,
            "positive and finite, or null");
    }
}
