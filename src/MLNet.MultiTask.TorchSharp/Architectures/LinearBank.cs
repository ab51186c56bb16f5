using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using DenseModule = TorchSharp.Modules.Linear;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// N linear maps side by side as one batched product, each with initial weights from a stream of its own; y_n = x_n·W_n
/// + b_n.
/// </summary>
internal sealed class LinearBank : ModulePart
{
    // Under its name TorchSharp finds the field again when a move to another device makes a new parameter.
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;
    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    /// <param name="context">Has the streams.</param>
    /// <param name="names">What each map is for; its stream's name.</param>
    /// <param name="inputs">Numbers in a row of the input.</param>
    /// <param name="outputs">Numbers in a row of the output.</param>
    /// <param name="hasBias">Whether there is b.</param>
    /// <param name="scale">What the usual initial weights are multiplied by.</param>
    public LinearBank(ArchitectureContext context, IReadOnlyList<string> names, int inputs, int outputs,
        bool hasBias = true, float scale = 1) : base(nameof(LinearBank))
    {
        Names = names;
        using (no_grad())
        {
            DenseModule[] maps = [.. names.Select(n => context.Seeded(n, () => nn.Linear(inputs, outputs, hasBias)))];
            _weight = new Parameter(stack([.. maps.Select(m => m.weight!.t())]).mul(scale).contiguous());
            register_parameter("weight", _weight);
            if (hasBias)
            {
                _bias = new Parameter(stack([.. maps.Select(m => m.bias!.unsqueeze(0))]).mul(scale));
                register_parameter("bias", _bias);
            }
            foreach (DenseModule map in maps)
                map.Dispose();
        }
    }

    /// <summary>What each map is for.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>N×inputs×outputs.</summary>
    public Parameter Weight => _weight;

    /// <summary>N×1×outputs; null = none.</summary>
    public Parameter? Bias => _bias;

    /// <param name="input">rows×inputs or 1×rows×inputs for all maps, or N×rows×inputs.</param>
    /// <returns>N×rows×outputs.</returns>
    public override Tensor forward(Tensor input)
    {
        Tensor each = (input.dim() == 3 ? input : input.unsqueeze(0)).expand(Names.Count, -1, -1);
        Tensor product = each.bmm(_weight);
        return _bias is null ? product : product + _bias;
    }
}
