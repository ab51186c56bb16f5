namespace MLNet.MultiTask.Torch;

/// <summary>
/// Experts, one per task, as vectors of their P shared parameters; the initial weights they began from; and rows to
/// choose settings on. What is a task's own, its head, stays as its expert has it.
/// </summary>
internal sealed class MergingProblem
{
    private readonly Lazy<float[][]> _vectors;

    /// <param name="modules">The experts.</param>
    /// <param name="data">Of all tasks, in the experts' order.</param>
    /// <param name="seed">Of rows drawn.</param>
    /// <param name="cancellationToken">Looked at at every step.</param>
    /// <exception cref="ArgumentException">An expert has a number that is not finite (task and tensor are
    /// named).</exception>
    public MergingProblem(ExpertModules modules, MergingData data, ulong seed,
        CancellationToken cancellationToken = default)
    {
        (Modules, Data, Seed, CancellationToken) = (modules, data, seed, cancellationToken);
        (Blocks, Initial) = (modules.Blocks, modules.Initial);
        Experts = [.. Enumerable.Range(0, modules.Tasks.Count).Select(modules.Shared)];
        ThrowIfNotFinite();
        _vectors = new(() => [.. Experts.Select(Difference)]);
        Probe = new MergingProbe(this);
    }

    public ExpertModules Modules { get; }

    public MergingData Data { get; }

    public ulong Seed { get; }

    public CancellationToken CancellationToken { get; }

    /// <summary>The shared tensors, in order of the flat vectors.</summary>
    public IReadOnlyList<MergingBlock> Blocks { get; }

    /// <summary>θ₀, length P.</summary>
    public float[] Initial { get; }

    /// <summary>θ_t, T×P.</summary>
    public float[][] Experts { get; }

    /// <summary>The task vectors τ_t = θ_t − θ₀, T×P.</summary>
    public float[][] Vectors => _vectors.Value;

    /// <summary>Losses of shared parameters on rows.</summary>
    public MergingProbe Probe { get; }

    public int TaskCount => Experts.Length;

    /// <summary>θ₀ + scale·v.</summary>
    public float[] At(ReadOnlySpan<float> vector, double scale)
    {
        var at = new float[Initial.Length];
        for (int i = 0; i < at.Length; i++)
            at[i] = (float)(Initial[i] + scale * vector[i]);
        return at;
    }

    /// <summary>One module for all tasks with these shared parameters.</summary>
    public MergedModule Joint(float[] shared, params string[] notes) =>
        new(null, Modules.JointState(shared)) { Notes = notes };

    private float[] Difference(float[] expert)
    {
        var difference = new float[expert.Length];
        for (int i = 0; i < difference.Length; i++)
            difference[i] = expert[i] - Initial[i];
        return difference;
    }

    private void ThrowIfNotFinite()
    {
        for (int t = 0; t < Experts.Length; t++)
            if (Array.FindIndex(Experts[t], x => !float.IsFinite(x)) is >= 0 and var i)
                throw new ArgumentException($"The expert of task '{Modules.Tasks[t].Name}' has {Experts[t][i]} in " +
                    $"'{Blocks.First(b => i < b.Offset + b.Length).Name}'; train it anew before merging");
    }
}
