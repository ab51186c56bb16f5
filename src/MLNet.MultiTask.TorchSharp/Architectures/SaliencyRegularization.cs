using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>rep-mtl(hidden=64,32; entropy=0.9; alignment=0.9; temperature=0.1)</c>: a shared bottom with two terms on the
/// tasks' saliencies S_t = ∂L_t/∂z (Wang, Li, Xu, "Rep-MTL: Unleashing the power of representation-level task
/// saliency", ICCV 2025). <c>entropy</c> weighs the entropy of the tasks' shares of a row's saliency; <c>alignment</c>
/// an InfoNCE that draws a row's saliencies to their mean and away from other rows'. A row of a table has no places to
/// average over: shares are of the mean |S_t| over the units, the mean saliency is that over the tasks. Second
/// derivatives: a step costs about T + 1 backward passes over the heads and two over the trunk.
/// </summary>
internal sealed class SaliencyRegularization : TaskArchitecture
{
    private readonly ExpertBank _trunk;
    private readonly float _entropy, _alignment, _temperature;
    private Tensor? _representation;

    public SaliencyRegularization(ArchitectureContext context) : base(context, Widths(context)[^1])
    {
        (_entropy, _alignment) = (context.Number("entropy", 0.9f), context.Number("alignment", 0.9f));
        _temperature = context.Number("temperature", 0.1f, 1e-3f);
        _trunk = new ExpertBank(context, ["trunk"], context.FeatureCount, Widths(context));
        register_module("trunk", _trunk);
    }

    public override Tensor? ExtraLoss(Tensor losses)
    {
        if (_representation is null || Tasks.Count == 1 || (_entropy == 0 && _alignment == 0))
            return null;
        Tensor saliencies = stack([.. Enumerable.Range(0, Tasks.Count).Select(t =>
            autograd.grad([losses[t]], [_representation], retain_graph: true, create_graph: true)[0])]);
        return _entropy * ShareEntropy(saliencies) + _alignment * Alignment(saliencies, _temperature);
    }

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        Tensor representation = _trunk.call(input).squeeze(0);
        if (is_grad_enabled())
            _representation = representation;
        return [representation];
    }

    /// <summary>Mean over the rows of −Σ_t P ln P, P_t = the share of task t in the row's mean |S|.</summary>
    /// <param name="saliencies">tasks×rows×width.</param>
    internal static Tensor ShareEntropy(Tensor saliencies)
    {
        const float least = 1e-12f;
        Tensor sizes = saliencies.abs().mean([2L]);
        Tensor shares = sizes / sizes.sum([0L], true).clamp_min(least);
        return -(shares * shares.clamp_min(least).log()).sum([0L]).mean();
    }

    /// <summary>
    /// Mean over tasks and rows of −ln softmax over rows b' of cos(mean saliency of b, S_t of b')/temperature at b' =
    /// b; cells without a saliency (no label) are left out.
    /// </summary>
    /// <param name="saliencies">tasks×rows×width.</param>
    /// <param name="temperature">Positive.</param>
    internal static Tensor Alignment(Tensor saliencies, float temperature)
    {
        const float small = 1e-12f;
        Tensor anchors = Unit(saliencies.mean([0L])), maps = Unit(saliencies);
        // tasks×rows b×rows b'.
        Tensor logits = anchors.unsqueeze(0).expand(maps.shape[0], -1, -1).bmm(maps.transpose(1, 2)) / temperature;
        Tensor absent = saliencies.detach().abs().sum(2) <= small;
        logits = logits.masked_fill(absent.unsqueeze(1), -1e9f);
        Tensor own = logits.log_softmax(2).diagonal(0, 1, 2).masked_fill(absent, 0);
        return -own.sum() / (absent.numel() - absent.sum()).clamp_min(1);

        static Tensor Unit(Tensor s) => s / (s.square().sum(-1, true) + small * small).sqrt();
    }

    private static IReadOnlyList<int> Widths(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
