using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>modular(levels=2; experts=4; hidden=32; information=0.01)</c>: every level has modules that all tasks may use and
/// a gate per task, so a task is a path through modules: h_t ← Σ_e softmax(G_t h_t)_e·f_e(h_t). <c>information</c>
/// times the mutual information of tasks and modules, Σ_te P(t)P(e|t) ln(P(e|t)/P(e)), is taken off the loss, so that
/// modules specialise (Chen et al., "Mod-Squad", CVPR 2023, equation 3; all modules are computed, none is dropped).
/// </summary>
internal sealed class ModularExperts : TaskArchitecture
{
    private readonly ExpertBank[] _experts;
    private readonly LinearBank[] _gates;
    private readonly float _information;
    private Tensor? _shares;

    public ModularExperts(ArchitectureContext context) : base(context, context.Integer("hidden", 32))
    {
        int levels = context.Integer("levels", 2, 1, 16), experts = context.Integer("experts", 4, 1, 1024);
        int width = context.Integer("hidden", 32);
        _information = context.Number("information", 0.01f);
        int Inputs(int level) => level == 0 ? context.FeatureCount : width;
        _experts = [.. Enumerable.Range(0, levels).Select(l => new ExpertBank(context,
            [.. Enumerable.Range(0, experts).Select(e => $"level{l}/expert/{e}")], Inputs(l), [width]))];
        _gates = [.. Enumerable.Range(0, levels).Select(l => new LinearBank(context,
            [.. context.Tasks.Select(t => $"level{l}/gate/{t.Name}")], Inputs(l), experts))];
        register_module("experts", new ModuleGroup(_experts));
        register_module("gates", new ModuleGroup(_gates));
    }

    public override bool IsShared(string name) => name.StartsWith("experts.", StringComparison.Ordinal);

    public override Tensor? ExtraLoss(Tensor losses) =>
        _information == 0 || _shares is null ? null : MutualInformation(_shares).sum() * -_information;

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        int tasks = Tasks.Count;
        long rows = input.shape[0];
        Tensor path = input;
        var shares = new List<Tensor>();
        for (int l = 0; l < _experts.Length; l++)
        {
            Tensor gates = _gates[l].call(path).softmax(2);
            shares.Add(gates.mean([1L]));
            path = l == 0 ? ExpertBank.Mix(gates, _experts[l].call(input))
                : (_experts[l].call(path.flatten(0, 1)).unflatten(1, tasks, rows)
                    * gates.permute(2, 0, 1).unsqueeze(3)).sum([0L]);
        }
        if (is_grad_enabled())
            _shares = stack(shares);
        return path.unbind(0);
    }

    /// <summary>Per level, of levels×tasks×experts shares P(e|t) and equally frequent tasks.</summary>
    internal static Tensor MutualInformation(Tensor shares)
    {
        const float least = 1e-12f;
        Tensor logRatio = shares.clamp_min(least).log() - shares.mean([1L], true).clamp_min(least).log();
        return (shares * logRatio).sum(2).mean([1L]);
    }
}
