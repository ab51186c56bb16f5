using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>dtrn(reduction=4; hidden=64,32)</c>: before a trunk of all tasks every task weighs the features anew, x_t = x ∘
/// σ(W₂ ReLU(W₁ x)), a squeeze-and-excitation gate per task (task-wise reweighting of the Deep Task-specific bottom
/// Representation Network; Liu et al., CIKM 2023). A field is one feature here, so its mean is the feature itself.
/// </summary>
internal sealed class FeatureReweighting : TaskArchitecture
{
    private readonly LinearBank _squeeze, _excite;
    private readonly ExpertBank _trunk;

    public FeatureReweighting(ArchitectureContext context) : base(context, Widths(context)[^1])
    {
        int features = context.FeatureCount;
        int narrow = Math.Max(1, features / context.Integer("reduction", 4));
        _squeeze = new LinearBank(context, [.. context.Tasks.Select(t => $"squeeze/{t.Name}")], features, narrow);
        _excite = new LinearBank(context, [.. context.Tasks.Select(t => $"excite/{t.Name}")], narrow, features);
        _trunk = new ExpertBank(context, ["trunk"], features, Widths(context));
        register_module("squeeze", _squeeze);
        register_module("excite", _excite);
        register_module("trunk", _trunk);
    }

    public override bool IsShared(string name) => name.StartsWith("trunk.", StringComparison.Ordinal);

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        Tensor seen = input * _excite.call(_squeeze.call(input).relu()).sigmoid();
        Tensor all = _trunk.call(seen.flatten(0, 1).unsqueeze(0));
        return all.view(Tasks.Count, input.shape[0], -1).unbind(0);
    }

    private static IReadOnlyList<int> Widths(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
