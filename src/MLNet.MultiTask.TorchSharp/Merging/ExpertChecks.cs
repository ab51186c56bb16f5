namespace MLNet.MultiTask.Torch;

/// <summary>Refuses models that cannot be merged, one sentence each.</summary>
internal static class ExpertChecks
{
    private const string Own = "0";

    /// <exception cref="ArgumentException">The models are not of one task each, one architecture and one
    /// initialisation.</exception>
    public static void ThrowIfUnlike(IReadOnlyList<TorchModuleModel> experts)
    {
        if (experts.Count < 2)
            throw new ArgumentException($"{experts.Count} expert given; merging needs at least 2, one per task");
        foreach (TorchModuleModel expert in experts)
        {
            string task = expert.Tasks[0].Name;
            if (expert.Tasks.Count != 1)
                throw new ArgumentException($"A model of {expert.Tasks.Count} tasks ('{task}' and others) is no " +
                    "expert: train one module per task first, each task a group of its own");
            if (expert.FeatureCount != experts[0].FeatureCount)
                throw new ArgumentException($"The expert of task '{task}' takes {expert.FeatureCount} features, " +
                    $"that of '{experts[0].Tasks[0].Name}' {experts[0].FeatureCount}; train them on the same features");
            if (expert.Source.ToString() != experts[0].Source.ToString())
                throw new ArgumentException($"The expert of task '{task}' is of architecture '{expert.Source}', " +
                    "that of " +
                    $"'{experts[0].Tasks[0].Name}' of '{experts[0].Source}'; train them with the same architecture");
            if (expert.Start is null)
                throw new ArgumentException($"The expert of task '{task}' does not say which weights its training " +
                    "began from (an older file, or a merged module): train it anew");
            if (expert.Start != experts[0].Start && expert.Start.Seed == experts[0].Start!.Seed)
                throw new ArgumentException($"Architecture '{expert.Source}' cannot be merged: from one seed its " +
                    "shared " +
                    $"weights begin differently for task '{experts[0].Tasks[0].Name}' and for task '{task}'; choose " +
                    "one whose shared layers do not depend on the tasks, such as mlp");
            if (expert.Start != experts[0].Start)
                throw new ArgumentException($"The experts of tasks '{experts[0].Tasks[0].Name}' and '{task}' do not " +
                    "come " +
                    $"from one initialisation (seeds {experts[0].Start!.Seed} and {expert.Start.Seed}): train them " +
                    "with the same seed");
        }
    }

    /// <summary>Looks whether every tensor of the experts has a place in a module over all tasks.</summary>
    /// <exception cref="ArgumentException">The architecture's shared tensors depend on the tasks.</exception>
    public static void ThrowIfNotJoint(ModuleSource source, ModuleLayout joint,
        IReadOnlyList<TorchModuleModel> experts)
    {
        var shapes = joint.Tensors.ToDictionary(t => t.Name, t => Tensors.Text(t.Shape), StringComparer.Ordinal);
        string[] names = [.. shapes.Keys];
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (int t = 0; t < experts.Count; t++)
            foreach (StateTensor tensor in experts[t].Layout.Tensors)
            {
                string name = JointName(experts[t].Module, tensor.Name, t);
                bool isStacked = !experts[t].Module.IsShared(name) && !tensor.Name.Split('.').Contains(Own);
                long[] expected = isStacked ? [tensor.Shape[0] * experts.Count, .. tensor.Shape[1..]] : tensor.Shape;
                if (!shapes.TryGetValue(name, out string? shape) || shape != Tensors.Text(expected))
                    throw Refused(source, tensor.Name, Tensors.Text(tensor.Shape), shape ?? "no such tensor");
                found.Add(name);
            }
        if (names.FirstOrDefault(n => !found.Contains(n)) is { } missing)
            throw Refused(source, missing, "no such tensor", shapes[missing]);
    }

    /// <summary>An expert's numbers where it goes on from a module of all tasks.</summary>
    /// <exception cref="ArgumentException">The architecture's shared tensors depend on the tasks.</exception>
    public static float[] Start(TorchModuleModel initial, int task, ulong seed)
    {
        using MultiTaskModule one = ModuleBuilder.Create(initial.Source.Create, initial.Source.Text,
            initial.FeatureCount,
            [initial.Tasks[task]], seed);
        ModuleLayout layout = ModuleLayout.Of(one);
        float[] all = new float[initial.Layout.Length], start = new float[layout.Length];
        initial.Layout.Export(all);
        foreach (StateTensor t in layout.Tensors)
        {
            string name = JointName(one, t.Name, task);
            StateTensor? from = initial.Layout.Tensors.FirstOrDefault(f => f.Name == name);
            bool isStacked = from is not null && from.Length == (long)t.Length * initial.Tasks.Count
                && !one.IsShared(t.Name);
            if (from is null || (from.Length != t.Length && !isStacked))
                throw Refused(initial.Source, t.Name, Tensors.Text(t.Shape),
                    from is null ? "no such tensor" : Tensors.Text(from.Shape));
            all.AsSpan(from.Offset + (isStacked ? task * t.Length : 0), t.Length).CopyTo(start.AsSpan(t.Offset));
        }
        return start;
    }

    /// <summary>
    /// Where an expert's tensor is in a module over all tasks: <c>heads.0.bias</c> of task 2 is <c>heads.2.bias</c>;
    /// where all tasks have one tensor, <c>gates.weight</c>, it is a part of it along the first dimension.
    /// </summary>
    public static string JointName(MultiTaskModule expert, string name, int task)
    {
        string[] parts = name.Split('.');
        int at = Array.IndexOf(parts, Own);
        if (at < 0 || expert.IsShared(name))
            return name;
        parts[at] = FormattableString.Invariant($"{task}");
        return string.Join('.', parts);
    }

    private static ArgumentException Refused(ModuleSource source, string name, string one, string all) =>
        new($"Architecture '{source}' cannot be merged: its tensor '{name}' is {one} for one task and {all} for all " +
            "of them; choose one whose shared layers do not depend on the tasks, such as mlp");
}
