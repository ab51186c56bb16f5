namespace MLNet.MultiTask.Training;

/// <summary>One entry of <see cref="TaskWeightings"/>.</summary>
public sealed class WeightingMethod
{
    internal WeightingMethod(string name, string summary, bool usesGradients,
        Func<WeightingSettings, TaskWeighting> create) =>
        (Name, Summary, UsesGradients, Create) = (name, summary, usesGradients, create);

    /// <summary>What <see cref="TaskWeighting.Name"/> says.</summary>
    public string Name { get; }

    /// <summary>A few words for help texts.</summary>
    public string Summary { get; }

    /// <summary>Whether it is an <see cref="IGradientWeighting"/>, otherwise an <see cref="ILossWeighting"/>.</summary>
    public bool UsesGradients { get; }

    internal Func<WeightingSettings, TaskWeighting> Create { get; }
}
