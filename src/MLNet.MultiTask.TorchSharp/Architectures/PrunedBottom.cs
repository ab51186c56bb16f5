using TorchSharp;
using static TorchSharp.torch;
using DenseModule = TorchSharp.Modules.Linear;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>pruned(hidden=64,32; keep=0.5; after=100; every=10; decay=0.9)</c>: a shared bottom that keeps a share of its
/// units, chosen over all layers at once by what their loss would cost the task that it hurts most (performance-aware
/// global channel pruning, Ye et al., "PAGCP", TPAMI 2023, with a first-order estimate of a task's rise). Every so many
/// steps the sensitivity |∂L_t/∂m_c|/L_t at m = 1 of each unit's output m_c·a_c goes into a running mean; the least max
/// over the tasks goes first, a layer keeps one unit at least. At step <c>after</c> the choice is final, and training
/// goes on without the others; scores, and so the choice of the best epoch, are always without them. <see
/// cref="TorchPruning"/> makes a small <c>mlp</c> of it.
/// </summary>
internal sealed class PrunedBottom : TaskArchitecture
{
    private const string Sensitivities = "sensitivities", Steps = "steps";
    private readonly DenseModule[] _layers;
    private readonly int[] _widths;
    private readonly int _kept, _after, _every;
    private readonly float _decay;
    private Tensor? _gate;

    public PrunedBottom(ArchitectureContext context) : base(context, Widths(context)[^1])
    {
        _widths = [.. Widths(context)];
        _kept = Math.Max(_widths.Length, (int)MathF.Round(context.Number("keep", 0.5f, 1e-3f, 1) * _widths.Sum()));
        (_after, _every) = (context.Integer("after", 100), context.Integer("every", 10));
        _decay = context.Number("decay", 0.9f, 0, 0.999f);
        _layers = [.. _widths.Select((width, l) => context.Seeded($"trunk/{l}",
            () => nn.Linear(l == 0 ? context.FeatureCount : _widths[l - 1], width)))];
        register_module("trunk", new ModuleGroup(_layers));
        register_buffer(Sensitivities, zeros(context.Tasks.Count, _widths.Sum()));
        register_buffer(Steps, zeros(1));
    }

    /// <summary>Which units are kept, layer after layer.</summary>
    public bool[] Kept => Choose(get_buffer(Sensitivities)!.to(float32).cpu().data<float>().ToArray(), Tasks.Count,
        _widths, _kept);

    /// <summary>Per layer the units that are kept, ascending.</summary>
    public int[][] KeptPerLayer
    {
        get
        {
            bool[] kept = Kept;
            return [.. _widths.Select((w, l) => Enumerable.Range(0, w)
                .Where(c => kept[_widths.Take(l).Sum() + c]).ToArray())];
        }
    }

    public override Tensor? ExtraLoss(Tensor losses)
    {
        if (!training)
            return null;
        for (int t = 0; _gate is not null && t < Tasks.Count; t++)
        {
            Tensor rise = autograd.grad([losses[t]], [_gate], retain_graph: true)[0];
            using (no_grad())
                // A task without rows in the batch has no loss to compare with.
                if (losses[t].cpu().item<float>() is > 0 and var loss)
                    get_buffer(Sensitivities)!.select(0, t).mul_(_decay).add_(rise.abs() * ((1 - _decay) / loss));
        }
        _gate = null;
        using (no_grad())
            get_buffer(Steps)!.add_(1);
        return null;
    }

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        int steps = training ? (int)get_buffer(Steps)!.cpu().item<float>() : _after;
        float[] kept = [.. steps < _after ? Enumerable.Repeat(1f, _widths.Sum()) : Kept.Select(k => k ? 1f : 0)];
        Tensor gate = tensor(kept, [kept.Length]).to(input.device);
        if (steps < _after && steps % _every == 0 && is_grad_enabled())
            _gate = gate.requires_grad_();
        int from = 0;
        foreach (DenseModule layer in _layers)
        {
            long width = layer.weight!.shape[0];
            input = layer.call(input).relu() * gate.narrow(0, from, width);
            from += (int)width;
        }
        return [input];
    }

    /// <summary>The units of the greatest max over the tasks; of equal ones the first in their layers.</summary>
    internal static bool[] Choose(float[] sensitivities, int tasks, int[] widths, int count)
    {
        int total = widths.Sum();
        double[] place = [.. widths.SelectMany(w => Enumerable.Range(0, w).Select(c => c / (double)w))];
        IEnumerable<int> Best(IEnumerable<int> units) => units
            .OrderByDescending(u => Enumerable.Range(0, tasks).Max(t => sensitivities[t * total + u]))
            .ThenBy(u => place[u]);
        var kept = new bool[total];
        for (int l = 0, from = 0; l < widths.Length; from += widths[l++])
            kept[Best(Enumerable.Range(from, widths[l])).First()] = true;
        int[] others = [.. Best(Enumerable.Range(0, total).Where(u => !kept[u])).Take(count - widths.Length)];
        foreach (int unit in others)
            kept[unit] = true;
        return kept;
    }

    private static IReadOnlyList<int> Widths(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
