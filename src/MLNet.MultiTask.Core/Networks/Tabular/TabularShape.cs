using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// The sizes of a tabular network, and where its parameters are in their flat vector: embeddings column by column, the
/// diagonal after them, then per hidden layer weights (outputs×inputs), biases and activation slopes, and the heads'
/// weights and biases.
/// </summary>
internal sealed class TabularShape
{
    private readonly int[] _embeddings, _slots;

    /// <param name="featureCount">Features d.</param>
    /// <param name="embedding">What is made of a number.</param>
    /// <param name="bins">
    /// Per feature: bins of its piecewise-linear embedding; 0 = the feature is taken as it is.
    /// </param>
    /// <param name="hidden">Widths of the hidden layers, at least one.</param>
    /// <param name="activation">Of the hidden units.</param>
    /// <param name="tasks">The tasks, in the order of their outputs.</param>
    public TabularShape(int featureCount, FeatureEmbedding embedding, IReadOnlyList<int> bins,
        IReadOnlyList<int> hidden, NetworkActivation activation, IReadOnlyList<TaskInfo> tasks)
    {
        if (bins.Count != featureCount || bins.Any(b => b < 0))
            throw new ArgumentException($"{Counted.Of(bins.Count, "number")} of bins for " +
                $"{Counted.Of(featureCount, "feature")}", nameof(bins));
        if (hidden.Count == 0 || hidden.Any(h => h < 1))
            throw new ArgumentException("A tabular network has hidden layers, each of at least one unit",
                nameof(hidden));
        (FeatureCount, Embedding, Bins, Hidden, Activation) =
            (featureCount, embedding, [.. bins], [.. hidden], activation);
        Heads = new NetworkShape(hidden[^1], [], tasks);
        (_embeddings, _slots) = (new int[featureCount + 1], new int[featureCount + 1]);
        for (int c = 0; c < featureCount; c++)
        {
            bool embedded = embedding != FeatureEmbedding.None && bins[c] > 0;
            int own = !embedded ? 0 : embedding == FeatureEmbedding.Periodic ? PeriodicEmbedding.ParameterCount
                : PiecewiseLinearEmbedding.ParameterCount(bins[c]);
            _embeddings[c + 1] = checked(_embeddings[c] + own);
            _slots[c + 1] = _slots[c] + (!embedded ? 1 : embedding == FeatureEmbedding.Periodic
                ? PeriodicEmbedding.Outputs : PiecewiseLinearEmbedding.Outputs);
        }
        DiagonalOffset = _embeddings[^1];
        Layers = new TabularLayer[hidden.Count + 1];
        int offset = DiagonalOffset + SlotCount;
        for (int l = 0, inputs = SlotCount; l < Layers.Length; l++)
        {
            bool head = l == hidden.Count;
            int outputs = head ? Heads.OutputCount : hidden[l];
            Layers[l] = new TabularLayer(offset, inputs, outputs, head);
            (offset, inputs) = (checked(offset + inputs * outputs + (head ? 1 : 2) * outputs), outputs);
        }
        ParameterCount = offset;
    }

    public int FeatureCount { get; }

    public FeatureEmbedding Embedding { get; }

    public int[] Bins { get; }

    public int[] Hidden { get; }

    public NetworkActivation Activation { get; }

    /// <summary>The tasks and their outputs, as a network without hidden layers has them.</summary>
    public NetworkShape Heads { get; }

    /// <summary>The hidden layers, and last the heads.</summary>
    public TabularLayer[] Layers { get; }

    /// <summary>Numbers that the first layer takes in.</summary>
    public int SlotCount => _slots[^1];

    /// <summary>Offset of the diagonal, one factor per slot.</summary>
    public int DiagonalOffset { get; }

    public int ParameterCount { get; }

    /// <summary>First slot of a feature; the next feature's follows its last.</summary>
    public int Slot(int feature) => _slots[feature];

    /// <summary>Offset of a feature's embedding.</summary>
    public int EmbeddingOffset(int feature) => _embeddings[feature];

    /// <summary>Whether a feature is embedded.</summary>
    public bool IsEmbedded(int feature) => _embeddings[feature + 1] > _embeddings[feature];
}

/// <summary>One dense layer.</summary>
/// <param name="WeightOffset">Offset of the weights, outputs×inputs.</param>
/// <param name="Inputs">Inputs.</param>
/// <param name="Outputs">Outputs.</param>
/// <param name="IsHead">Whether it is the heads, which have no activation.</param>
internal readonly record struct TabularLayer(int WeightOffset, int Inputs, int Outputs, bool IsHead)
{
    public int BiasOffset => WeightOffset + Inputs * Outputs;

    /// <summary>Offset of the activation's slopes.</summary>
    public int SlopeOffset => BiasOffset + Outputs;

    /// <summary>What sums are multiplied by: weights are of size 1 (Jacot, Gabriel, Hongler 2018).</summary>
    public float Scale => 1 / MathF.Sqrt(Inputs);
}
