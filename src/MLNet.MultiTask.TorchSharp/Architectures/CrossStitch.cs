using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>cross-stitch(hidden=64,32; keep=0.9)</c>: one trunk per task; after every layer x_t ← Σ_u A_tu·x_u with learned A
/// (Misra et al., "Cross-stitch networks for multi-task learning", CVPR 2016, equation 1). A begins with <c>keep</c> on
/// the diagonal and the rest spread evenly, so that values do not grow with the number of tasks. A task's trunk and its
/// row of A are what its gradient is on, so all of them count as shared.
/// </summary>
internal sealed class CrossStitch : TaskArchitecture
{
    private readonly nn.Module<Tensor, Tensor>[][] _layers;

    public CrossStitch(ArchitectureContext context) : base(context, Widths(context)[^1])
    {
        int tasks = context.Tasks.Count;
        float keep = tasks == 1 ? 1 : context.Number("keep", 0.9f, 0, 1);
        int inputs = context.FeatureCount;
        var layers = new List<nn.Module<Tensor, Tensor>[]>();
        foreach (int width in Widths(context))
        {
            int from = inputs, l = layers.Count;
            layers.Add([.. context.Tasks.Select(t =>
                context.Seeded($"trunk/{t.Name}/{l}", () => nn.Linear(from, width)))]);
            register_module($"layer{l}", new ModuleGroup(layers[l]));
            register_parameter($"stitch{l}",
                new Parameter(eye(tasks) * (keep - Rest(keep, tasks)) + Rest(keep, tasks)));
            inputs = width;
        }
        _layers = [.. layers];
    }

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        Tensor[] values = [.. Tasks.Select(_ => input)];
        for (int l = 0; l < _layers.Length; l++)
        {
            // tasks×rows×width, mixed over the tasks.
            Tensor all = stack([.. values.Select((x, t) => _layers[l][t].call(x).relu())]);
            // By name: a move to another device makes new parameters.
            Tensor mixed = get_parameter($"stitch{l}")!.mm(all.flatten(1)).view(all.shape);
            values = [.. mixed.unbind(0)];
        }
        return values;
    }

    private static float Rest(float keep, int tasks) => tasks == 1 ? 0 : (1 - keep) / (tasks - 1);

    private static IReadOnlyList<int> Widths(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
