using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>mtan(hidden=64,32)</c>: dense layers that all tasks share, and after each of them a soft mask per task, â_t =
/// σ(G_t ReLU(H_t [p; â_t before])) ∘ p (Liu, Johns, Davison, "End-to-end multi-task learning with attention", CVPR
/// 2019, equations 1 and 2, with dense layers for convolutions).
/// </summary>
internal sealed class TaskAttention : TaskArchitecture
{
    private readonly ExpertBank[] _trunk;
    private readonly LinearBank[] _inner, _outer;

    public TaskAttention(ArchitectureContext context) : base(context, Widths(context)[^1])
    {
        IReadOnlyList<int> widths = Widths(context);
        LinearBank Mask(string purpose, int layer, int inputs) => new(context,
            [.. context.Tasks.Select(t => $"{purpose}/{layer}/{t.Name}")], inputs, widths[layer]);
        _trunk = [.. widths.Select((width, l) => new ExpertBank(context, [$"trunk/{l}"],
            l == 0 ? context.FeatureCount : widths[l - 1], [width]))];
        _inner = [.. widths.Select((width, l) => Mask("inner", l, l == 0 ? width : width + widths[l - 1]))];
        _outer = [.. widths.Select((width, l) => Mask("outer", l, width))];
        register_module("trunk", new ModuleGroup(_trunk));
        register_module("inner", new ModuleGroup(_inner));
        register_module("outer", new ModuleGroup(_outer));
    }

    public override bool IsShared(string name) => name.StartsWith("trunk.", StringComparison.Ordinal);

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        Tensor shared = input.unsqueeze(0), own = input;
        for (int l = 0; l < _trunk.Length; l++)
        {
            shared = _trunk[l].call(shared);
            Tensor each = shared.expand(Tasks.Count, -1, -1);
            own = _outer[l].call(_inner[l].call(l == 0 ? each : cat([each, own], 2)).relu()).sigmoid() * shared;
        }
        return own.unbind(0);
    }

    private static IReadOnlyList<int> Widths(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
