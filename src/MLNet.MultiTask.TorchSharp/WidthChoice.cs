namespace MLNet.MultiTask;

/// <summary>What <see cref="TorchWidths.Choose"/> found.</summary>
public sealed class WidthChoice
{
    internal WidthChoice()
    {
    }

    /// <summary>The model at these widths; it can be saved.</summary>
    public required MultiTaskModel Model { get; init; }

    /// <summary>Units of every layer.</summary>
    public required IReadOnlyList<int> Units { get; init; }

    /// <summary>Multiplications for the scores of one row.</summary>
    public required long Multiplications { get; init; }

    /// <summary>Mean over the tasks of log-loss, or of the squared error relative to the mean's, on the rows.</summary>
    public required double Loss { get; init; }
}
