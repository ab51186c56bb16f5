using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>ple(levels=2; shared=2; own=1; hidden=32)</c>: progressive layered extraction (Tang et al., RecSys 2020,
/// equations 1 to 7): at every level a task's gate mixes its own experts and the shared ones, never another task's;
/// between levels a gate of all tasks mixes all experts into the input of the next shared ones. <c>cgc(shared=4; own=2;
/// hidden=64,32)</c> is one level. <c>stop-gradient=yes</c> is STEM's form (Su et al., AAAI 2024): a task's gate sees
/// all experts, and its loss trains its own and the shared ones only. With <c>groups=0,1|2,3; group-experts=2</c>
/// groups have experts, too.
/// </summary>
internal sealed class ProgressiveExtraction : TaskArchitecture
{
    private readonly ExpertLevel[] _levels;

    private ProgressiveExtraction(ArchitectureContext context, int levels, ExpertPlan plan, IReadOnlyList<int> widths)
        : base(context, widths[^1])
    {
        bool stops = context.Choice("stop-gradient", "no", "yes") == "yes";
        if (stops && levels > 1)
            throw new ArgumentException($"Setting 'stop-gradient' of architecture '{context.Architecture}' is 'yes' " +
                $"with {levels} levels: between levels all experts are mixed, so it needs levels=1");
        _levels = [.. Enumerable.Range(0, levels).Select(l => new ExpertLevel(context, plan, l,
            l == 0 ? context.FeatureCount : widths[^1], widths, isLast: l == levels - 1, stops))];
        for (int l = 0; l < levels; l++)
            register_module(FormattableString.Invariant($"level{l}"), _levels[l]);
    }

    /// <summary>Several levels.</summary>
    public static ProgressiveExtraction Layered(ArchitectureContext context) => new(context,
        context.Integer("levels", 2, 1, 16), ExpertPlan.Of(context, "shared", 2, context.Integer("own", 1, 1, 1024)),
        context.Widths("hidden", 32));

    /// <summary>One level.</summary>
    public static ProgressiveExtraction Single(ArchitectureContext context) => new(context, 1,
        ExpertPlan.Of(context, "shared", 4, context.Integer("own", 2, 1, 1024)), context.Widths("hidden", 64, 32));

    public override bool IsShared(string name) => base.IsShared(name)
        && !ExpertLevel.OwnNames.Contains(name.Split('.')[1], StringComparer.Ordinal);

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        foreach (ExpertLevel level in _levels)
            input = level.call(input);
        return input.unbind(0);
    }
}
