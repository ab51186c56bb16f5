using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Torch;

/// <summary>From experts to a model.</summary>
internal static class ModuleMerger
{
    /// <summary>Merges experts.</summary>
    /// <param name="experts">One per task of the problem, in order.</param>
    /// <param name="initial">Where they began, a module of all tasks; null = fresh weights of their seed.</param>
    /// <param name="data">Of all tasks.</param>
    /// <param name="merging">The method.</param>
    /// <param name="device">Where the model scores.</param>
    /// <param name="threads">Upper limit of threads; null = TorchSharp's.</param>
    /// <param name="cancellationToken">Looked at at every step.</param>
    /// <exception cref="ArgumentException">The models cannot be merged; why is said.</exception>
    public static (TorchModuleModel Model, IReadOnlyList<string> Notes) Merge(IReadOnlyList<TorchModuleModel> experts,
        TorchModuleModel? initial, TrainingProblem data, (IModelMerging Merging, string Text) merging, string device,
        int? threads, CancellationToken cancellationToken)
    {
        using var limit = new TorchThreads(threads ?? TorchSharp.torch.get_num_threads());
        using var modules = new ExpertModules(experts, initial);
        var problem = new MergingProblem(modules, new MergingData(data), modules.Start.Seed, cancellationToken);
        MergedModule merged = merging.Merging.Merge(problem);
        ModuleSource source = merged.Architecture is { } text ? ModuleSource.Of(text) : modules.Source;
        MultiTaskModule module = ModuleBuilder.Create(source.Create, source.Text, modules.FeatureCount, modules.Tasks,
            modules.Start.Seed);
        ModuleLayout layout = ModuleLayout.Of(module);
        var flat = new float[layout.Length];
        foreach (StateTensor t in layout.Tensors)
            merged.State[t.Name].CopyTo(flat, t.Offset);
        if (Array.FindIndex(flat, x => !float.IsFinite(x)) is >= 0 and var i)
            throw new ArgumentException($"Merging '{merging.Text}' gives {flat[i]} in " +
                $"'{layout.Tensors.First(t => i < t.Offset + t.Length).Name}'; lower its scale or rate");
        return (new TorchModuleModel(source, module, flat, modules.FeatureCount, [.. data.Means], [.. data.Scales],
            device),
            merged.Notes);
    }
}
