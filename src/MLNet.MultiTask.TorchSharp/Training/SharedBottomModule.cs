using MLNet.MultiTask.Networks;
using TorchSharp;
using DenseModule = TorchSharp.Modules.Linear;
using NormModule = TorchSharp.Modules.LayerNorm;

namespace MLNet.MultiTask.Torch;

/// <summary>The shared-bottom network as a module; its parameters are in the order of the flat layout.</summary>
internal sealed class SharedBottomModule : MultiTaskModule
{
    private const string SkipName = "skip";
    private readonly DenseModule[] _layers;
    private readonly NormModule?[] _norms;
    private readonly DenseModule? _skip;
    private readonly float _dropout;

    public SharedBottomModule(ArchitectureContext context, NetworkShape shape, float dropout) : base(context)
    {
        _dropout = dropout;
        _layers = new DenseModule[shape.LayerCount];
        _norms = new NormModule?[shape.LayerCount];
        for (int l = 0; l < _layers.Length; l++)
        {
            LayerShape layer = shape.Layer(l);
            string name = l == _layers.Length - 1 ? TaskArchitecture.HeadsName
                : FormattableString.Invariant($"layer{l}");
            _layers[l] = torch.nn.Linear(layer.Inputs, layer.Outputs);
            register_module(name, _layers[l]);
            if (layer.IsNormalized)
                register_module(name + "norm", _norms[l] = torch.nn.LayerNorm([layer.Outputs], 1e-5));
        }
        if (shape.Skip is { } skip)
            register_module(SkipName, _skip = torch.nn.Linear(skip.Inputs, skip.Outputs, hasBias: false));
    }

    /// <inheritdoc/>
    /// <remarks>Every task has weights of its own in the skip.</remarks>
    public override bool IsShared(string name) =>
        base.IsShared(name) && !name.StartsWith(SkipName + ".", StringComparison.Ordinal);

    public override torch.Tensor forward(torch.Tensor input)
    {
        torch.Tensor values = input;
        for (int l = 0; l < _layers.Length - 1; l++)
        {
            values = _layers[l].call(values);
            if (_norms[l] is { } norm)
                values = norm.call(values);
            values = torch.nn.functional.relu(values);
            if (_dropout > 0)
                values = torch.nn.functional.dropout(values, _dropout, training);
        }
        torch.Tensor outputs = _layers[^1].call(values);
        return _skip is null ? outputs : outputs + _skip.call(input);
    }
}
