using TorchSharp.Modules;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>masked-tasks(of=mlp)</c>: what <see cref="TallMasks"/> makes: θ₀, the summed task vector, and a mask a task, 24
/// bits in one number of single precision, all of which are exact.
/// </summary>
internal sealed class MaskedTasks : PackedTasks
{
    public const string Name = "masked-tasks";
    private const int Bits = 24;
    private readonly Parameter _initial, _vector;
    private readonly Parameter[] _masks;

    public MaskedTasks(ArchitectureContext context) : base(context)
    {
        (_initial, _vector) = (Register("initial", SharedCount), Register("vector", SharedCount));
        _masks = [.. Tasks.Select((_, t) => Register(FormattableString.Invariant($"mask{t}"),
            (SharedCount + Bits - 1) / Bits))];
    }

    /// <summary>The module with its numbers.</summary>
    public static MergedModule State(MergingProblem problem, float[] vector, bool[][] masks) =>
        new($"{Name}(of={problem.Modules.NamedSource(Name)})", new Dictionary<string, float[]>(
        [
            new("initial", problem.Initial), new("vector", vector),
            .. masks.Select((m, t) => new KeyValuePair<string, float[]>(FormattableString.Invariant($"mask{t}"),
                Pack(m))),
            .. OwnState(problem),
        ], StringComparer.Ordinal));

    /// <summary>Bits to numbers.</summary>
    public static float[] Pack(bool[] mask)
    {
        var packed = new float[(mask.Length + Bits - 1) / Bits];
        for (int i = 0; i < mask.Length; i++)
            if (mask[i])
                packed[i / Bits] += 1 << (i % Bits);
        return packed;
    }

    /// <summary>Numbers to bits.</summary>
    public static bool[] Unpack(float[] packed, int length) =>
        [.. Enumerable.Range(0, length).Select(i => ((int)packed[i / Bits] >> (i % Bits) & 1) != 0)];

    protected override float[] Shared(int task)
    {
        float[] shared = Numbers(_initial), vector = Numbers(_vector);
        bool[] mask = Unpack(Numbers(_masks[task]), SharedCount);
        for (int i = 0; i < shared.Length; i++)
            if (mask[i])
                shared[i] += vector[i];
        return shared;
    }
}
