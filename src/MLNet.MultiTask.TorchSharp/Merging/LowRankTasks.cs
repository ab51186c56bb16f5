using System.Globalization;
using TorchSharp.Modules;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>low-rank-tasks(of=mlp; rank=0.1)</c>: what <see cref="TwinMerging"/> makes: common parameters, an expert's own
/// part as factors, and T×T routes.
/// </summary>
internal sealed class LowRankTasks : PackedTasks
{
    public const string Name = "low-rank-tasks";
    private readonly LowRankBlock[] _blocks;
    private readonly Parameter _common, _routes;
    private readonly Parameter[] _factors;

    public LowRankTasks(ArchitectureContext context) : base(context)
    {
        float rank = context.Number("rank", 0.1f, 0, 1);
        _blocks = [.. Blocks.Select(b => new LowRankBlock(b, rank))];
        _common = Register("common", SharedCount);
        _factors = [.. Tasks.Select((_, t) =>
            Register(FormattableString.Invariant($"factors{t}"), _blocks.Sum(b => b.Kept)))];
        _routes = Register("routes", Tasks.Count * Tasks.Count);
    }

    /// <summary>The module with its numbers.</summary>
    public static MergedModule State(MergingProblem problem, float[] common, float[][] factors, float[] routes,
        double rank) =>
        new($"{Name}(of={problem.Modules.NamedSource(Name)}; " +
            $"rank={((float)rank).ToString("R", CultureInfo.InvariantCulture)})",
            new Dictionary<string, float[]>(
            [
                new("common", common), new("routes", routes),
                .. factors.Select((f, t) =>
                    new KeyValuePair<string, float[]>(FormattableString.Invariant($"factors{t}"), f)),
                .. OwnState(problem),
            ], StringComparer.Ordinal));

    /// <summary>An expert's own part, length P, of its factors.</summary>
    public static float[] Expand(float[] factors, LowRankBlock[] blocks, int length)
    {
        var own = new float[length];
        int at = 0;
        foreach (LowRankBlock block in blocks)
        {
            block.Expand(factors.AsSpan(at, block.Kept)).CopyTo(own, block.Block.Offset);
            at += block.Kept;
        }
        return own;
    }

    /// <summary>θ* + Σ_k w_k·v_k.</summary>
    public static float[] Routed(float[] common, float[][] own, double[] weights)
    {
        float[] shared = [.. common];
        for (int k = 0; k < own.Length; k++)
            for (int i = 0; i < shared.Length; i++)
                shared[i] += (float)(weights[k] * own[k][i]);
        return shared;
    }

    protected override float[] Shared(int task) => Routed(Numbers(_common),
        [.. _factors.Select(f => Expand(Numbers(f), _blocks, SharedCount))],
        [.. Numbers(_routes).AsSpan(task * Tasks.Count, Tasks.Count).ToArray().Select(w => (double)w)]);
}
