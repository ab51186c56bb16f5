using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>mlp(hidden=64,32; dropout=0)</c>: dense ReLU layers that all tasks share, one linear head per task (Caruana
/// 1997).
/// </summary>
internal sealed class MlpArchitecture : TaskArchitecture
{
    private readonly torch.nn.Module<torch.Tensor, torch.Tensor> _trunk;

    public MlpArchitecture(ArchitectureContext context) : base(context, Widths(context)[^1])
    {
        float dropout = context.Number("dropout", 0, 0, 0.99f);
        var layers = new List<(string, torch.nn.Module<torch.Tensor, torch.Tensor>)>();
        int inputs = context.FeatureCount;
        foreach (int width in Widths(context))
        {
            int from = inputs, l = layers.Count;
            layers.Add(($"{l}", context.Seeded($"trunk/{l}", () => torch.nn.Linear(from, width))));
            layers.Add(($"{l + 1}", torch.nn.ReLU()));
            if (dropout > 0)
                layers.Add(($"{l + 2}", torch.nn.Dropout(dropout)));
            inputs = width;
        }
        _trunk = torch.nn.Sequential(layers);
        register_module("trunk", _trunk);
    }

    protected override IReadOnlyList<torch.Tensor> Represent(torch.Tensor input) => [_trunk.call(input)];

    private static IReadOnlyList<int> Widths(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
