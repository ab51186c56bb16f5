using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>dselect-k(experts=4; k=2; gamma=1; entropy=1e-6; hidden=64,32)</c>: a mixture of shared experts whose gates
/// choose at most k of them by binary codes: q = Σ_i softmax(V x)_i·r(W_i x), r(z)_e = Π_j (code_ej ? S(z_j) : 1 −
/// S(z_j)) with the smooth step S, which is exactly 0 and 1 outside ±γ/2 (Hazimeh et al., "DSelect-k", NeurIPS 2021,
/// equations 3 to 6). <c>entropy</c> times the mean entropy of the codes is added to the loss, so that they become
/// single experts.
/// </summary>
internal sealed class SparseSelection : TaskArchitecture
{
    private readonly ExpertBank _experts;
    private readonly LinearBank _codes, _weights;
    private readonly Tensor _bits;
    private readonly int _tasks, _selected, _count;
    private readonly float _gamma, _entropy;
    private Tensor? _chosen;

    public SparseSelection(ArchitectureContext context) : base(context, Widths(context)[^1])
    {
        _tasks = context.Tasks.Count;
        _count = context.Integer("experts", 4, 2, 1024);
        if (!BitOperations.IsPow2(_count))
            throw context.Refused("experts", $"{_count}", "a power of two (experts have binary codes) such as " +
                BitOperations.RoundUpToPowerOf2((uint)_count));
        _selected = context.Integer("k", 2, 1, _count);
        (_gamma, _entropy) = (context.Number("gamma", 1, 1e-3f), context.Number("entropy", 1e-6f));
        int bits = BitOperations.Log2((uint)_count);
        _experts = new ExpertBank(context, [.. Enumerable.Range(0, _count).Select(e => $"expert/{e}")],
            context.FeatureCount, Widths(context));
        // Codes begin in the middle of the step, where it has a slope.
        _codes = new LinearBank(context, [.. context.Tasks.SelectMany(t => Enumerable.Range(0, _selected)
            .Select(k => $"code/{t.Name}/{k}"))], context.FeatureCount, bits, scale: _gamma / 10);
        _weights = new LinearBank(context, [.. context.Tasks.Select(t => $"weight/{t.Name}")], context.FeatureCount,
            _selected);
        _bits = tensor([.. Enumerable.Range(0, _count).SelectMany(_ => Enumerable.Range(0, bits),
            (e, b) => (float)(e >> b & 1))], [_count, bits]).DetachFromDisposeScope();
        register_module("experts", _experts);
        register_module("codes", _codes);
        register_module("weights", _weights);
    }

    public override bool IsShared(string name) => name.StartsWith("experts.", StringComparison.Ordinal);

    public override Tensor? ExtraLoss(Tensor losses) =>
        _entropy == 0 || _chosen is null ? null : -(_chosen * (_chosen + 1e-6f).log()).sum(-1).mean() * _entropy;

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        // tasks·k×rows×1×bits against experts×bits.
        Tensor step = SmoothStep(_codes.call(input), _gamma).unsqueeze(2), bits = _bits.to(input.device);
        Tensor chosen = (bits * step + (1 - bits) * (1 - step)).prod(-1).view(_tasks, _selected, -1, _count);
        if (is_grad_enabled())
            _chosen = chosen;
        Tensor weights = _weights.call(input).softmax(2).permute(0, 2, 1).unsqueeze(3);
        return ExpertBank.Mix((weights * chosen).sum(1), _experts.call(input)).unbind(0);
    }

    /// <summary>0 below −γ/2, 1 above γ/2, a cubic between.</summary>
    internal static Tensor SmoothStep(Tensor z, float gamma)
    {
        Tensor t = z.clamp(-gamma / 2, gamma / 2);
        return t.pow(3) * (-2 / (gamma * gamma * gamma)) + t * (1.5f / gamma) + 0.5f;
    }

    private static IReadOnlyList<int> Widths(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
