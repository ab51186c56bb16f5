using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>mmoe(experts=4; hidden=64,32)</c>: E experts that all tasks share, and per task a gate
/// h_t(x) = Σ_e softmax(W_t x)_e·f_e(x) (Ma et al., "Modeling task relationships in multi-task learning with multi-gate
/// mixture-of-experts", KDD 2018, equations 6 to 8). The gates are the tasks' own parameters, the experts shared ones.
/// With <c>groups=0,1|2,3; group-experts=2</c> groups have experts of their own beside (HoME's meta experts).
/// </summary>
internal sealed class MultiGateExperts : TaskArchitecture
{
    private readonly ExpertLevel _level;

    public MultiGateExperts(ArchitectureContext context) : base(context, Widths(context)[^1])
    {
        _level = new ExpertLevel(context, ExpertPlan.Of(context, "experts", 4, own: 0), 0, context.FeatureCount,
            Widths(context), isLast: true, stops: false);
        register_module("level", _level);
    }

    public override bool IsShared(string name) => name.StartsWith("level.shared.", StringComparison.Ordinal);

    protected override IReadOnlyList<Tensor> Represent(Tensor input) => _level.call(input).unbind(0);

    private static IReadOnlyList<int> Widths(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
