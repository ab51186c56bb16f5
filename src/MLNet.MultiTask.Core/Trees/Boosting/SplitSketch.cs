namespace MLNet.MultiTask;

/// <summary>
/// What a forest's split search sees of the gradients of many outputs (SketchBoost, Iosipoi and Vakhrushev 2022,
/// section 3); leaf values are always those of all.
/// </summary>
public enum SplitSketch
{
    /// <summary>All gradients, up to 254.</summary>
    None,

    /// <summary>The outputs with the greatest mean squared gradient.</summary>
    TopOutputs,

    /// <summary>Outputs drawn with a chance that grows with the mean squared gradient.</summary>
    RandomSampling,

    /// <summary>Random combinations of all gradients.</summary>
    RandomProjection,
}
