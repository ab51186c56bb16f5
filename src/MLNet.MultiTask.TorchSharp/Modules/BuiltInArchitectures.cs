namespace MLNet.MultiTask.Torch;

/// <summary>The architectures of this library by name: a new one is added here.</summary>
internal static class BuiltInArchitectures
{
    public static IReadOnlyDictionary<string, Func<ArchitectureContext, MultiTaskModule>> All { get; } =
        new Dictionary<string, Func<ArchitectureContext, MultiTaskModule>>(StringComparer.Ordinal)
        {
            ["mlp"] = context => new MlpArchitecture(context),
            ["cross-stitch"] = context => new CrossStitch(context),
            ["mmoe"] = context => new MultiGateExperts(context),
            ["cgc"] = context => new CustomizedGates(context),
        };
}
