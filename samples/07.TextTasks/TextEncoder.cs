using TorchSharp;
using static TorchSharp.torch;
using Dense = TorchSharp.Modules.Linear;
using Embedding = TorchSharp.Modules.Embedding;
using LayerNorm = TorchSharp.Modules.LayerNorm;

namespace MLNet.MultiTask.Samples.TextTasks;

/// <summary>
/// A small transformer encoder: words and places embedded, one layer of attention and one dense layer with residuals,
/// and the mean over the words that are there. From rows×length token ids to rows×width.
/// </summary>
public sealed class TextEncoder : nn.Module<Tensor, Tensor>
{
    private readonly int _width;
    private readonly Embedding _words, _places;
    private readonly Dense _attend, _join, _wide, _narrow;
    private readonly LayerNorm _first, _second;

    public TextEncoder(int vocabulary, int length, int width) : base(nameof(TextEncoder))
    {
        _width = width;
        _words = nn.Embedding(vocabulary, width);
        _places = nn.Embedding(length, width);
        (_attend, _join) = (nn.Linear(width, 3 * width), nn.Linear(width, width));
        (_wide, _narrow) = (nn.Linear(width, 2 * width), nn.Linear(2 * width, width));
        (_first, _second) = (nn.LayerNorm(width), nn.LayerNorm(width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor tokens = input.to(int64), there = tokens.ne(0);
        Tensor x = _words.call(tokens) + _places.call(arange(tokens.shape[1], device: input.device));
        Tensor[] parts = _attend.call(_first.call(x)).chunk(3, 2);
        Tensor scores = parts[0].bmm(parts[1].transpose(1, 2)) / MathF.Sqrt(_width);
        x += _join.call(scores.masked_fill(there.logical_not().unsqueeze(1), -1e9).softmax(2).bmm(parts[2]));
        x += _narrow.call(_wide.call(_second.call(x)).relu());
        Tensor weights = there.to(float32).unsqueeze(2);
        return (x * weights).sum([1]) / weights.sum([1]).clamp_min(1);
    }
}
