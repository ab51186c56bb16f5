using MLNet.MultiTask.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// A tabular network with periodic embeddings and SELU, as one would write it in TorchSharp: the layers and numbers of
/// <see cref="TabularNetwork"/>, batched products, and Adam with the same step sizes part by part.
/// </summary>
internal sealed class HandTabularNetwork : IDisposable
{
    private const int Frequencies = 16, Combinations = 3;
    private const double Rate = 0.04, Decay = 0.02;
    private readonly Parameter _frequencies, _phases, _combinations, _offsets, _diagonal;
    private readonly (Parameter Weight, Parameter Bias, Parameter? Slope)[] _layers;
    private readonly optim.Optimizer _optimizer;
    private readonly double _dropout;

    /// <summary>Takes over the numbers of a network all of whose features are embedded.</summary>
    public HandTabularNetwork(TabularNetwork start, double dropout)
    {
        TabularShape shape = start.Shape;
        (int features, _dropout) = (shape.FeatureCount, dropout);
        _frequencies = Embedding(start, 0, Frequencies, [features, Frequencies]);
        _phases = Embedding(start, Frequencies, Frequencies, [features, Frequencies]);
        _combinations = Embedding(start, 2 * Frequencies, Combinations * Frequencies,
            [features, Combinations, Frequencies]);
        _offsets = Embedding(start, (2 + Combinations) * Frequencies, Combinations, [features, Combinations]);
        _diagonal = Of(start.Parameters.AsSpan(shape.DiagonalOffset, shape.SlotCount), [shape.SlotCount]);
        _layers = [.. shape.Layers.Select(l => (
            Of(start.Parameters.AsSpan(l.WeightOffset, l.Inputs * l.Outputs), [l.Outputs, l.Inputs]),
            Of(start.Parameters.AsSpan(l.BiasOffset, l.Outputs), [l.Outputs]),
            l.IsHead ? null : Of(start.Parameters.AsSpan(l.SlopeOffset, l.Outputs), [l.Outputs])))];
        _optimizer = optim.AdamW(
        [
            Group(_layers.Select(l => l.Weight), 1, Decay), Group(_layers.Select(l => l.Bias), 0.1, 0),
            Group(_layers.Where(l => l.Slope is not null).Select(l => l.Slope!), 0.1, Decay),
            Group([_frequencies, _phases, _combinations, _offsets], 0.1, Decay), Group([_diagonal], 6, Decay),
        ]);
    }

    /// <summary>Raw outputs of scaled features, rows × outputs.</summary>
    public Tensor Outputs(Tensor features, bool training)
    {
        Tensor x = features.unsqueeze(2);
        Tensor waves = addcmul(_phases, x, _frequencies, 2 * Math.PI).cos();
        Tensor combined = bmm(waves.transpose(0, 1), _combinations.transpose(1, 2)).transpose(0, 1) + _offsets;
        Tensor values = cat([x, combined], 2).flatten(1) * _diagonal;
        foreach ((Parameter weight, Parameter bias, Parameter? slope) in _layers)
        {
            Tensor sums = addmm(bias, values, weight.t(), 1, (float)(1 / Math.Sqrt(weight.shape[1])));
            if (slope is null)
                return sums;
            values = sums + slope * (nn.functional.selu(sums) - sums);
            if (training)
                values = nn.functional.dropout(values, _dropout, training: true);
        }
        throw new InvalidOperationException("The last layer is the heads");
    }

    /// <summary>One step on a batch of binary tasks; labels that do not count have weight 0.</summary>
    public void Step(Tensor features, Tensor labels, Tensor weights)
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        Tensor losses = nn.functional.binary_cross_entropy_with_logits(Outputs(features, training: true), labels,
            weights, nn.Reduction.None).sum([0L]);
        (losses / weights.sum([0L])).mean().backward();
        _optimizer.step();
        losses.data<float>().ToArray();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (Parameter parameter in _layers.SelectMany(l => new[] { l.Weight, l.Bias, l.Slope }).OfType<Parameter>()
            .Concat([_frequencies, _phases, _combinations, _offsets, _diagonal]))
            parameter.Dispose();
    }

    private static AdamW.ParamGroup Group(IEnumerable<Parameter> parameters, double rate, double decay) =>
        new(parameters, Rate * rate, 0.9, 0.95, 1e-8, decay);

    private static Parameter Embedding(TabularNetwork start, int from, int count, long[] sizes) =>
        Of([.. Enumerable.Range(0, start.FeatureCount).SelectMany(c =>
            start.Parameters.AsSpan(start.Shape.EmbeddingOffset(c) + from, count).ToArray())], sizes);

    private static Parameter Of(ReadOnlySpan<float> values, long[] sizes) =>
        nn.Parameter(tensor(values.ToArray(), sizes));
}
