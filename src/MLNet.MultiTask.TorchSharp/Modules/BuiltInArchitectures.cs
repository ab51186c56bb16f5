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
            ["cgc"] = ProgressiveExtraction.Single,
            ["ple"] = ProgressiveExtraction.Layered,
            ["dselect-k"] = context => new SparseSelection(context),
            ["home"] = context => new HierarchicalExperts(context),
            ["dtrn"] = context => new FeatureReweighting(context),
            ["mtan"] = context => new TaskAttention(context),
            ["task-expert"] = context => new MemoryExperts(context),
            ["modular"] = context => new ModularExperts(context),
            ["dual-encoder"] = context => new DualEncoder(context),
            ["multitab"] = context => new TabularTokens(context),
            ["task-adapted"] = context => new AdaptedAttention(context),
            ["slimmable"] = context => new SlimmableBottom(context),
            ["pruned"] = context => new PrunedBottom(context),
            ["switch"] = context => new SparseRoutes(context),
            ["info-mtl"] = context => new InformationBottleneck(context),
            ["rep-mtl"] = context => new SaliencyRegularization(context),
        };
}
