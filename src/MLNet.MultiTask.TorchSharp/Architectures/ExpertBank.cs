using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>N networks of dense ReLU layers side by side, the last layer with ReLU too.</summary>
internal sealed class ExpertBank : ModulePart
{
    private readonly LinearBank[] _layers;

    /// <param name="context">Has the streams.</param>
    /// <param name="names">What each network is for.</param>
    /// <param name="inputs">Numbers in a row of the input.</param>
    /// <param name="widths">Of the layers.</param>
    public ExpertBank(ArchitectureContext context, IReadOnlyList<string> names, int inputs, IReadOnlyList<int> widths)
        : base(nameof(ExpertBank))
    {
        _layers = [.. widths.Select((width, l) => new LinearBank(context, [.. names.Select(n => $"{n}/{l}")],
            l == 0 ? inputs : widths[l - 1], width))];
        for (int l = 0; l < _layers.Length; l++)
            register_module(FormattableString.Invariant($"layer{l}"), _layers[l]);
    }

    /// <param name="input">rows×inputs for all, or N×rows×inputs.</param>
    /// <returns>N×rows×width.</returns>
    public override Tensor forward(Tensor input)
    {
        foreach (LinearBank layer in _layers)
            input = layer.call(input).relu();
        return input;
    }

    /// <summary>Σ_e gate_e·expert_e for G gates.</summary>
    /// <param name="gates">G×rows×E, the last dimension sums to 1.</param>
    /// <param name="experts">E×rows×width.</param>
    /// <returns>G×rows×width.</returns>
    public static Tensor Mix(Tensor gates, Tensor experts) =>
        gates.transpose(0, 1).bmm(experts.transpose(0, 1)).transpose(0, 1);
}
