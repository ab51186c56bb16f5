using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using DenseModule = TorchSharp.Modules.Linear;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// Attention between the tokens of a row and a feed-forward net, each after a layer norm and beside a skip.
/// </summary>
internal sealed class TokenBlock : ModulePart
{
    private readonly int _heads, _queries;
    private readonly Tensor _mask;
    private readonly LayerNorm _before, _between;
    private readonly DenseModule _query, _keysAndValues, _output, _wide, _narrow;
    private readonly float _dropout;

    /// <param name="context">Has the streams.</param>
    /// <param name="purpose">Their name.</param>
    /// <param name="width">Numbers of a token.</param>
    /// <param name="heads">Of attention; divides the width.</param>
    /// <param name="feedForward">Units of the feed-forward net.</param>
    /// <param name="dropout">On both branches.</param>
    /// <param name="mask">tokens×tokens, 0 where a token (row) sees another one, −∞ where not.</param>
    /// <param name="queries">How many tokens, from the first one on, come out.</param>
    public TokenBlock(ArchitectureContext context, string purpose, int width, int heads, int feedForward, float dropout,
        Tensor mask, int queries) : base(nameof(TokenBlock))
    {
        (_heads, _dropout, _queries) = (heads, dropout, queries);
        _mask = mask.narrow(0, 0, queries).DetachFromDisposeScope();
        (_before, _between) = (nn.LayerNorm(width), nn.LayerNorm(width));
        DenseModule Dense(string name, int inputs, int outputs) =>
            context.Seeded($"{purpose}/{name}", () => nn.Linear(inputs, outputs));
        (_query, _keysAndValues, _output) = (Dense("query", width, width), Dense("keys", width, 2 * width),
            Dense("output", width, width));
        (_wide, _narrow) = (Dense("wide", width, feedForward), Dense("narrow", feedForward, width));
        register_module("before", _before);
        register_module("query", _query);
        register_module("keys", _keysAndValues);
        register_module("output", _output);
        register_module("between", _between);
        register_module("wide", _wide);
        register_module("narrow", _narrow);
    }

    /// <param name="input">rows×tokens×width.</param>
    /// <returns>rows×queries×width.</returns>
    public override Tensor forward(Tensor input)
    {
        Tensor normal = _before.call(input);
        Tensor[] both = _keysAndValues.call(normal).chunk(2, 2);
        Tensor seen = nn.functional.scaled_dot_product_attention(Split(_query.call(normal.narrow(1, 0, _queries))),
            Split(both[0]), Split(both[1]), _mask.to(input.dtype, input.device));
        Tensor values = input.narrow(1, 0, _queries) + Dropped(_output.call(seen.transpose(1, 2).flatten(2)));
        return values + Dropped(_narrow.call(nn.functional.gelu(_wide.call(_between.call(values)))));
    }

    // rows×heads×tokens×width of a head.
    private Tensor Split(Tensor tokens) =>
        tokens.view(tokens.shape[0], tokens.shape[1], _heads, -1).transpose(1, 2);

    private Tensor Dropped(Tensor values) =>
        _dropout > 0 ? nn.functional.dropout(values, _dropout, training) : values;
}
