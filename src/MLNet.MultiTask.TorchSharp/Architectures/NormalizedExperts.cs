using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// HoME's experts side by side: layer norm of Swish of dense layers, optionally behind a feature gate x ∘ 2σ(B A x) per
/// expert with B = 0 at first.
/// </summary>
internal sealed class NormalizedExperts : ModulePart
{
    private readonly LinearBank[] _layers;
    private readonly LinearBank? _down, _up;

    /// <param name="context">Has the streams.</param>
    /// <param name="names">What each expert is for.</param>
    /// <param name="inputs">Numbers in a row of the input.</param>
    /// <param name="widths">Of the layers.</param>
    /// <param name="rank">Of the feature gates; 0 = none.</param>
    public NormalizedExperts(ArchitectureContext context, IReadOnlyList<string> names, int inputs,
        IReadOnlyList<int> widths, int rank = 0) : base(nameof(NormalizedExperts))
    {
        _layers = [.. widths.Select((width, l) => new LinearBank(context, [.. names.Select(n => $"{n}/{l}")],
            l == 0 ? inputs : widths[l - 1], width))];
        register_module("layers", new ModuleGroup(_layers));
        if (rank == 0)
            return;
        _down = new LinearBank(context, [.. names.Select(n => n + "/down")], inputs, rank, hasBias: false);
        _up = new LinearBank(context, [.. names.Select(n => n + "/up")], rank, inputs, hasBias: false, scale: 0);
        register_module("down", _down);
        register_module("up", _up);
    }

    /// <param name="input">rows×inputs for all, or N×rows×inputs.</param>
    /// <returns>N×rows×width.</returns>
    public override Tensor forward(Tensor input)
    {
        if (_down is not null)
            input = input * (_up!.call(_down.call(input)).sigmoid() * 2);
        foreach (LinearBank layer in _layers)
        {
            Tensor values = nn.functional.silu(layer.call(input));
            input = nn.functional.layer_norm(values, [values.shape[^1]]);
        }
        return input;
    }
}
