using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>cgc(shared=4; own=2; hidden=64,32)</c>: customized gate control, one level of progressive layered extraction (Tang et
/// al., "Progressive layered extraction", RecSys 2020, equations 1 to 4): a task's gate mixes its own experts and the
/// shared ones, never another task's. <c>stop-gradient=yes</c> is STEM's form (Su et al., AAAI 2024): a task's gate sees all
/// experts, and its loss trains its own and the shared ones only.
/// </summary>
internal sealed class CustomizedGates : TaskArchitecture
{
    private readonly nn.Module<Tensor, Tensor>[] _shared, _gates;
    private readonly nn.Module<Tensor, Tensor>[][] _own;
    private readonly bool _stops;

    public CustomizedGates(ArchitectureContext context) : base(context, Widths(context)[^1])
    {
        int shared = context.Integer("shared", 4, 1, 1024), own = context.Integer("own", 2, 1, 1024);
        _stops = context.Choice("stop-gradient", "no", "yes") == "yes";
        nn.Module<Tensor, Tensor> Expert(string purpose) =>
            Experts.Dense(context, purpose, context.FeatureCount, Widths(context));
        _shared = [.. Enumerable.Range(0, shared).Select(e => Expert($"shared/{e}"))];
        _own = [.. context.Tasks.Select(t => Enumerable.Range(0, own).Select(e => Expert($"own/{t.Name}/{e}")).ToArray())];
        int seen = shared + own * (_stops ? context.Tasks.Count : 1);
        _gates = [.. context.Tasks.Select(t => context.Seeded("gate/" + t.Name,
            () => nn.Linear(context.FeatureCount, seen, hasBias: false)))];
        register_module("shared", new ModuleGroup(_shared));
        register_module("own", new ModuleGroup([.. _own.Select(o => new ModuleGroup(o))]));
        register_module("gates", new ModuleGroup(_gates));
    }

    public override bool IsShared(string name) => name.StartsWith("shared.", StringComparison.Ordinal);

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        Tensor[] shared = [.. _shared.Select(e => e.call(input))];
        Tensor[][] own = [.. _own.Select(o => o.Select(e => e.call(input)).ToArray())];
        return [.. _gates.Select((gate, t) => Experts.Mix(gate.call(input).softmax(1),
            [.. shared, .. _stops ? own.SelectMany((o, u) => u == t ? o : o.Select(x => x.detach())) : own[t]]))];
    }

    private static IReadOnlyList<int> Widths(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
