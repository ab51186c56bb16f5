namespace MLNet.MultiTask.Torch;

/// <summary>A way to make one module of experts that began from the same weights.</summary>
internal interface IModelMerging
{
    /// <summary>Makes the module's architecture and numbers.</summary>
    /// <exception cref="ArgumentException">The method cannot merge these tasks or modules; the reason is
    /// said.</exception>
    MergedModule Merge(MergingProblem problem);
}

/// <summary>
/// What a merging made: an architecture by its canonical text, and every tensor of its state by name.
/// </summary>
internal sealed record MergedModule(string? Architecture, IReadOnlyDictionary<string, float[]> State)
{
    /// <summary>What was decided by itself, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
