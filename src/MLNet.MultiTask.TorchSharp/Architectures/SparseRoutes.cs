using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>switch(experts=4; k=2; hidden=64,32; prior=0)</c>: a main path of all tasks and, beside it, the k experts that a
/// task's route gives most weight to; routes depend on the task alone, not on the row, so tasks that conflict come to
/// use disjoint parameters (Park et al., "Switch diffusion transformer: synergizing denoising tasks with sparse
/// mixture-of-experts", ECCV 2024). <c>prior</c> times the mean Jensen-Shannon divergence between a task's route and a
/// window of experts that moves with the task's place is added to the loss; it means something only where tasks have an
/// order, as denoising steps do.
/// </summary>
internal sealed class SparseRoutes : TaskArchitecture
{
    private readonly ExpertBank _main, _experts;
    [ComponentName(Name = "routes")]
    private readonly Parameter _routes;
    private readonly int _selected;
    private readonly float _prior;
    private readonly Tensor _windows;

    public SparseRoutes(ArchitectureContext context) : base(context, Widths(context)[^1])
    {
        int tasks = context.Tasks.Count, experts = context.Integer("experts", 4, 1, 1024);
        _selected = context.Integer("k", Math.Min(2, experts), 1, experts);
        _prior = context.Number("prior", 0);
        _main = new ExpertBank(context, ["main"], context.FeatureCount, Widths(context));
        _experts = new ExpertBank(context, [.. Enumerable.Range(0, experts).Select(e => $"expert/{e}")],
            context.FeatureCount, Widths(context));
        using (no_grad())
            _routes = new Parameter(stack([.. context.Tasks.Select(t => context.Seeded($"route/{t.Name}",
                () => randn(experts)))]) * 0.1f);
        register_module("main", _main);
        register_module("experts", _experts);
        register_parameter("routes", _routes);
        _windows = Windows(tasks, experts, _selected).DetachFromDisposeScope();
    }

    public override bool IsShared(string name) => base.IsShared(name) && name != "routes";

    public override Tensor? ExtraLoss(Tensor losses) => _prior == 0 ? null
        : Divergence(_routes.softmax(1), _windows.to(_routes.device)).mean() * _prior;

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        Tensor routes = _routes.softmax(1);
        if (_selected < routes.shape[1])
        {
            Tensor chosen = routes.topk(_selected, 1).indexes;
            routes = routes * zeros_like(routes).scatter(1, chosen, ones_like(chosen, routes.dtype));
            routes = routes / routes.sum(1, true);
        }
        Tensor experts = _experts.call(input);
        Tensor mixed = routes.mm(experts.flatten(1)).view(Tasks.Count, input.shape[0], -1);
        return (_main.call(input) + mixed).unbind(0);
    }

    /// <summary>
    /// tasks×experts: bells of width k/2 around t·(E − 1)/(T − 1), rows sum to 1.
    /// </summary>
    internal static Tensor Windows(int tasks, int experts, int selected) => tensor(
        [.. Enumerable.Range(0, tasks).SelectMany(_ => Enumerable.Range(0, experts), (t, e) =>
        {
            double away = (e - (tasks == 1 ? 0 : t * (experts - 1.0) / (tasks - 1))) / (selected / 2.0);
            return (float)(-away * away / 2);
        })], [tasks, experts]).softmax(1);

    /// <summary>Jensen-Shannon divergence of the rows.</summary>
    internal static Tensor Divergence(Tensor p, Tensor q)
    {
        const float least = 1e-12f;
        Tensor middle = ((p + q) / 2).clamp_min(least).log();
        Tensor Part(Tensor one) => (one * (one.clamp_min(least).log() - middle)).sum(1);
        return (Part(p) + Part(q)) / 2;
    }

    private static IReadOnlyList<int> Widths(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
