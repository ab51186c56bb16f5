using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>info-mtl(hidden=64,32; shared=0.1; noise=1e-3; temperature=0.1)</c>: a trunk z of all tasks that keeps what is in
/// the features, and per task a noisy channel that keeps only what the task needs (Hu et al., "An information-theoretic
/// framework for multi-task learning", AAAI 2025): loss + shared·InfoNCE(x; z) + noise·mean KL(N(μ_t, σ_t²) ‖ N(0, 1)),
/// heads on μ_t + σ_t·ε in training and on μ_t afterwards. InfoNCE compares z with a linear view of its own row's x
/// against those of the batch.
/// </summary>
internal sealed class InformationBottleneck : TaskArchitecture
{
    private readonly ExpertBank _trunk;
    private readonly LinearBank _means, _logVariances, _views;
    private readonly float _shared, _noise, _temperature;
    private Tensor? _extra;

    public InformationBottleneck(ArchitectureContext context) : base(context, Widths(context)[^1])
    {
        int width = Widths(context)[^1];
        (_shared, _noise) = (context.Number("shared", 0.1f), context.Number("noise", 1e-3f));
        _temperature = context.Number("temperature", 0.1f, 1e-3f);
        _trunk = new ExpertBank(context, ["trunk"], context.FeatureCount, Widths(context));
        _means = new LinearBank(context, [.. context.Tasks.Select(t => $"mean/{t.Name}")], width, width);
        _logVariances = new LinearBank(context, [.. context.Tasks.Select(t => $"variance/{t.Name}")], width, width);
        _views = new LinearBank(context, ["view"], context.FeatureCount, width);
        register_module("trunk", _trunk);
        register_module("means", _means);
        register_module("variances", _logVariances);
        register_module("view", _views);
    }

    public override bool IsShared(string name) => name.Split('.')[0] is "trunk" or "view";

    public override Tensor? ExtraLoss(Tensor losses) => _extra;

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        Tensor z = _trunk.call(input), means = _means.call(z);
        if (!is_grad_enabled())
            return means.unbind(0);
        Tensor logVariances = _logVariances.call(z);
        _extra = _shared * InfoNce(z.squeeze(0), _views.call(input).squeeze(0), _temperature)
            + _noise * Divergence(means, logVariances);
        return (training ? means + (logVariances / 2).exp() * randn_like(means) : means).unbind(0);
    }

    /// <summary>−mean_b ln softmax over b' of cos(z_b, view_b')/temperature at b' = b; rows×width each.</summary>
    internal static Tensor InfoNce(Tensor z, Tensor views, float temperature)
    {
        Tensor cosines = nn.functional.normalize(z, dim: 1).mm(nn.functional.normalize(views, dim: 1).t());
        return -(cosines / temperature).log_softmax(1).diagonal().mean();
    }

    /// <summary>Mean over all numbers of KL(N(μ, σ²) ‖ N(0, 1)) = (μ² + σ² − 1 − ln σ²)/2.</summary>
    internal static Tensor Divergence(Tensor means, Tensor logVariances) =>
        (means.square() + logVariances.exp() - 1 - logVariances).mean() / 2;

    private static IReadOnlyList<int> Widths(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
