using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>mmoe(experts=4; hidden=64,32)</c>: E experts that all tasks share, and per task a gate
/// h_t(x) = Σ_e softmax(W_t x)_e·f_e(x) (Ma et al., "Modeling task relationships in multi-task learning with multi-gate
/// mixture-of-experts", KDD 2018, equations 6 to 8). The gates are the tasks' own parameters, the experts shared ones.
/// </summary>
internal sealed class MultiGateExperts : TaskArchitecture
{
    private readonly nn.Module<Tensor, Tensor>[] _experts, _gates;

    public MultiGateExperts(ArchitectureContext context) : base(context, Widths(context)[^1])
    {
        int experts = context.Integer("experts", 4, 1, 1024);
        _experts = [.. Enumerable.Range(0, experts).Select(e =>
            Experts.Dense(context, $"expert/{e}", context.FeatureCount, Widths(context)))];
        _gates = [.. context.Tasks.Select(t => context.Seeded("gate/" + t.Name,
            () => nn.Linear(context.FeatureCount, experts, hasBias: false)))];
        register_module("experts", new ModuleGroup(_experts));
        register_module("gates", new ModuleGroup(_gates));
    }

    public override bool IsShared(string name) => name.StartsWith("experts.", StringComparison.Ordinal);

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        Tensor[] outputs = [.. _experts.Select(e => e.call(input))];
        return [.. _gates.Select(gate => Experts.Mix(gate.call(input).softmax(1), outputs))];
    }

    private static IReadOnlyList<int> Widths(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
