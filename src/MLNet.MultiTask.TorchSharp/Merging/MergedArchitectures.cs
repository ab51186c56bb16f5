namespace MLNet.MultiTask.Torch;

/// <summary>What mergings make besides one plain module: architectures that files name and nobody trains.</summary>
internal static class MergedArchitectures
{
    private static readonly Dictionary<string, Func<ArchitectureContext, MultiTaskModule>> All =
        new(StringComparer.Ordinal)
    {
        [MaskedTasks.Name] = context => new MaskedTasks(context),
        [LowRankTasks.Name] = context => new LowRankTasks(context),
        [FusedLogits.Name] = context => new FusedLogits(context),
        [ScaledExperts.Name] = context => new ScaledExperts(context),
    };

    /// <summary>The factory of a name; null where there is none.</summary>
    public static Func<ArchitectureContext, MultiTaskModule>? Find(string name) => All.GetValueOrDefault(name);

    /// <exception cref="ArgumentException">Only merging makes it.</exception>
    public static void ThrowIfNotTrainable(string name)
    {
        if (All.ContainsKey(name))
            throw new ArgumentException($"Architecture '{name}' is what merging makes and cannot be trained; set " +
                $"{nameof(TorchModuleOptions)}.{nameof(TorchModuleOptions.Merging)} instead");
    }
}
