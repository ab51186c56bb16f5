using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// The sizes of a tabular network, and where its parameters are in their flat vector: embeddings column by column, the
/// diagonal after them, each member's factors of the inputs where there are several, then per hidden layer weights
/// (outputs×inputs), biases and activation slopes, the heads' weights and biases member by member, and last the linear
/// path's weights (outputs×features).
/// </summary>
internal sealed class TabularShape
{
    /// <summary>Most members.</summary>
    public const int MaxMembers = 32;

    private readonly int[] _embeddings, _slots;

    /// <param name="featureCount">Features d.</param>
    /// <param name="embedding">What is made of a number.</param>
    /// <param name="bins">
    /// Per feature: bins of its piecewise-linear embedding; 0 = the feature is taken as it is.
    /// </param>
    /// <param name="hidden">Widths of the hidden layers, at least one.</param>
    /// <param name="activation">Of the hidden units.</param>
    /// <param name="tasks">The tasks, in the order of their outputs.</param>
    /// <param name="members">Networks k that share all but the factors of their inputs and their heads.</param>
    /// <param name="linearSkip">Whether outputs also hang on the scaled features directly.</param>
    public TabularShape(int featureCount, FeatureEmbedding embedding, IReadOnlyList<int> bins,
        IReadOnlyList<int> hidden, NetworkActivation activation, IReadOnlyList<TaskInfo> tasks, int members = 1,
        bool linearSkip = false)
    {
        if (members is < 1 or > MaxMembers)
            throw new ArgumentException($"{members} members; from 1 to {MaxMembers} are possible", nameof(members));
        if (bins.Count != featureCount || bins.Any(b => b < 0))
            throw new ArgumentException($"{Counted.Of(bins.Count, "number")} of bins for " +
                $"{Counted.Of(featureCount, "feature")}", nameof(bins));
        if (hidden.Count == 0 || hidden.Any(h => h < 1))
            throw new ArgumentException("A tabular network has hidden layers, each of at least one unit",
                nameof(hidden));
        (FeatureCount, Embedding, Bins, Hidden, Activation, Members, LinearSkip) =
            (featureCount, embedding, [.. bins], [.. hidden], activation, members, linearSkip);
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
        int offset = checked(DiagonalOffset + SlotCount + (members > 1 ? members * SlotCount : 0));
        for (int l = 0, inputs = SlotCount; l < Layers.Length; l++)
        {
            bool head = l == hidden.Count;
            int outputs = head ? Heads.OutputCount : hidden[l];
            Layers[l] = new TabularLayer(offset, inputs, outputs, head ? members : 1, head);
            int units = Layers[l].Units;
            (offset, inputs) = (checked(offset + inputs * units + (head ? 1 : 2) * units), outputs);
        }
        SkipOffset = offset;
        ParameterCount = checked(offset + (linearSkip ? featureCount * Heads.OutputCount : 0));
    }

    public int FeatureCount { get; }

    public FeatureEmbedding Embedding { get; }

    public int[] Bins { get; }

    public int[] Hidden { get; }

    public NetworkActivation Activation { get; }

    /// <summary>Networks k whose mean is the model; each row passes through all of them.</summary>
    public int Members { get; }

    /// <summary>Whether outputs also hang on the scaled features directly.</summary>
    public bool LinearSkip { get; }

    /// <summary>The tasks and their outputs, as a network without hidden layers has them.</summary>
    public NetworkShape Heads { get; }

    /// <summary>The hidden layers, and last the heads.</summary>
    public TabularLayer[] Layers { get; }

    /// <summary>Numbers that the first layer takes in.</summary>
    public int SlotCount => _slots[^1];

    /// <summary>Offset of the diagonal, one factor per slot.</summary>
    public int DiagonalOffset { get; }

    /// <summary>Parameters before the heads, which all tasks share; they come first.</summary>
    public int TrunkParameterCount => Layers[^1].WeightOffset;

    /// <summary>Offset of the linear path's weights, outputs×features.</summary>
    public int SkipOffset { get; }

    public int ParameterCount { get; }

    /// <summary>Offset of a member's factors of the inputs, one per slot; there are none of a single member.</summary>
    public int MemberOffset(int member) => DiagonalOffset + (1 + member) * SlotCount;

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
/// <param name="Outputs">Outputs of one member.</param>
/// <param name="Copies">Members that have weights of their own: 1 of a layer that all share.</param>
/// <param name="IsHead">Whether it is the heads, which have no activation.</param>
internal readonly record struct TabularLayer(int WeightOffset, int Inputs, int Outputs, int Copies, bool IsHead)
{
    /// <summary>Outputs with weights of their own.</summary>
    public int Units => Copies * Outputs;

    public int BiasOffset => WeightOffset + Inputs * Units;

    /// <summary>Offset of the activation's slopes.</summary>
    public int SlopeOffset => BiasOffset + Units;

    /// <summary>What sums are multiplied by: weights are of size 1 (Jacot, Gabriel, Hongler 2018).</summary>
    public float Scale => 1 / MathF.Sqrt(Inputs);
}
