namespace MLNet.MultiTask.Torch;

/// <summary>Modules of one architecture over one task each, whose shared parameters began as the same bits.</summary>
internal sealed class ExpertModules : IDisposable
{
    private readonly float[][] _flat;
    private readonly ModuleLayout _layout;
    private readonly MultiTaskModule[] _modules;

    /// <param name="experts">One model per task, in order.</param>
    /// <param name="start">Where they began, a module of all tasks; null = fresh weights of their seed.</param>
    /// <exception cref="ArgumentException">They are not of one task each, one architecture and one initialisation, or
    /// the architecture cannot be merged (why is said).</exception>
    public ExpertModules(IReadOnlyList<TorchModuleModel> experts, TorchModuleModel? start = null)
    {
        ExpertChecks.ThrowIfUnlike(experts);
        TorchModuleModel first = experts[0];
        (Source, FeatureCount, Tasks) = (first.Source, first.FeatureCount, [.. experts.Select(e => e.Tasks[0])]);
        Start = first.Start!;
        using MultiTaskModule initial = New([Tasks[0]]), joint = New(Tasks);
        _layout = ModuleLayout.Of(initial);
        ModuleLayout began = start?.Layout ?? _layout;
        if (ModuleStart.Of(Start.Seed, began) != Start)
            throw new ArgumentException($"Architecture '{Source}' does not give the initial weights of these models " +
                "again from their seed: train them without a warm-up, and draw weights by context.Seeded");
        Blocks = [.. _layout.Tensors.Take(_layout.SharedTensors).Select(t => new MergingBlock(t.Name, t.Shape, t.Offset,
            t.Length))];
        var flat = new float[began.Length];
        began.Export(flat);
        Initial = flat[.._layout.SharedCount];
        _flat = [.. experts.Select(e =>
        {
            var own = new float[e.Layout.Length];
            e.Layout.Export(own);
            return own;
        })];
        ExpertChecks.ThrowIfNotJoint(Source, ModuleLayout.Of(joint), experts);
        _modules = [.. experts.Select((e, t) => NewExpert(t))];
        Layouts = [.. _modules.Select(ModuleLayout.Of)];
    }

    public ModuleSource Source { get; }

    public int FeatureCount { get; }

    public IReadOnlyList<TaskInfo> Tasks { get; }

    public ModuleStart Start { get; }

    public IReadOnlyList<MergingBlock> Blocks { get; }

    public float[] Initial { get; }

    /// <summary>Copies of the experts that may be changed, evaluated.</summary>
    public IReadOnlyList<MultiTaskModule> Modules => _modules;

    public IReadOnlyList<ModuleLayout> Layouts { get; }

    /// <summary>All numbers of an expert, in order of its layout.</summary>
    public float[] Flat(int task) => _flat[task];

    /// <summary>The shared parameters of an expert.</summary>
    public float[] Shared(int task) => _flat[task][.._layout.SharedCount];

    /// <summary>An expert's state with other shared parameters, by name behind a prefix.</summary>
    public IEnumerable<KeyValuePair<string, float[]>> State(int task, string prefix, float[]? shared = null)
    {
        foreach (StateTensor t in Layouts[task].Tensors)
            yield return new(prefix + t.Name,
                (shared is not null && t.Offset < shared.Length
                    ? shared : _flat[task])[t.Offset..(t.Offset + t.Length)]);
    }

    /// <summary>
    /// The state of one module for all tasks: what is a task's own is its expert's, next to the others' or after them
    /// along the first dimension; buffers that all share are averaged.
    /// </summary>
    public Dictionary<string, float[]> JointState(float[] shared)
    {
        var state = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (int t = 0; t < Tasks.Count; t++)
            foreach ((string name, float[] numbers) in State(t, "", shared))
            {
                string joint = ExpertChecks.JointName(_modules[t], name, t);
                if (!state.TryGetValue(joint, out float[]? sum))
                    state.Add(joint, [.. numbers]);
                else if (!_modules[t].IsShared(name))
                    state[joint] = [.. sum, .. numbers];
                else if (!Blocks.Any(b => b.Name == name))
                    for (int i = 0; i < sum.Length; i++)
                        sum[i] += (numbers[i] - sum[i]) / (t + 1);
            }
        return state;
    }

    /// <summary>The architecture's text for a module that holds the experts' modules.</summary>
    /// <exception cref="ArgumentException">It has no name.</exception>
    public string NamedSource(string merged) => Source.IsNamed ? Source.Text.ToString()
        : throw new ArgumentException($"Merging makes a '{merged}' module, which needs an architecture with a name: " +
            $"register the factory with {nameof(TorchArchitectures)}.{nameof(TorchArchitectures.Register)}");

    /// <summary>A new module over some of the tasks, with initial weights.</summary>
    public MultiTaskModule New(IReadOnlyList<TaskInfo> tasks) =>
        ModuleBuilder.Create(Source.Create, Source.Text, FeatureCount, tasks, Start.Seed);

    public void Dispose()
    {
        foreach (MultiTaskModule module in _modules)
            module.Dispose();
    }

    private MultiTaskModule NewExpert(int task)
    {
        MultiTaskModule module = New([Tasks[task]]);
        ModuleLayout.Of(module).Import(_flat[task]);
        module.eval();
        return module;
    }
}
