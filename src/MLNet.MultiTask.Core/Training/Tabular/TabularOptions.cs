using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>How a tabular network reads its features.</summary>
public enum TabularScaling
{
    /// <summary>
    /// The one of the other two whose network is better on the validation rows after a quarter of the epochs.
    /// </summary>
    Automatic,

    /// <summary>Median and quartiles, and a smooth clip to ±3: for features with odd values far out.</summary>
    SmoothClip,

    /// <summary>Mean and standard deviation: where targets hang on extreme feature values.</summary>
    Standard,
}

/// <summary>
/// How a tabular network is trained. Defaults are the tuned defaults of RealMLP (Holzmüller, Grinsztajn, Steinwart,
/// "Better by default", NeurIPS 2024).
/// </summary>
public sealed record TabularOptions
{
    /// <summary>Widths of the shared layers.</summary>
    /// <value>The default value is 256, 256, 256; at least one, each at least 1.</value>
    public IReadOnlyList<int> Hidden { get; init; } = [256, 256, 256];

    /// <summary>How features are scaled.</summary>
    /// <value>The default value is <see cref="TabularScaling.Automatic"/>.</value>
    public TabularScaling Scaling { get; init; }

    /// <summary>What is made of a feature that has more than two values in the training rows.</summary>
    /// <value>The default value is <see cref="FeatureEmbedding.Periodic"/>.</value>
    public FeatureEmbedding Embedding { get; init; } = FeatureEmbedding.Periodic;

    /// <summary>The hidden units' function.</summary>
    /// <value>The default value is null: Mish where most tasks are regression, otherwise SELU.</value>
    public NetworkActivation? Activation { get; init; }

    /// <summary>
    /// Networks that share all weights but a factor per input and the heads, k; the model is the mean of their
    /// probabilities or values (TabM-mini, Gorishniy, Kotelnikov, Babenko, ICLR 2025). A step takes k times as long.
    /// </summary>
    /// <value>The default value is 1; from 1 to 32.</value>
    public int Members { get; init; } = 1;

    /// <summary>Whether outputs also hang on the scaled features directly, by weights that begin at 0.</summary>
    /// <value>The default value is false.</value>
    public bool LinearSkip { get; init; }

    /// <summary>How the tasks are weighed against each other.</summary>
    /// <value>The default value is <see cref="EqualWeighting"/>. Weightings that move the network beside its steps
    /// (sam, group-updates, auto-lambda) are for shared-bottom networks.</value>
    public TaskWeighting Weighting { get; init; } = EqualWeighting.Instance;

    /// <summary>
    /// Steps after which a weighting of gradients sees the Gramian anew; in between its weights are kept.
    /// </summary>
    /// <value>The default value is 1; at least 1, and 1 for weightings that see no gradients.</value>
    public int GramianInterval { get; init; } = 1;

    /// <summary>Greatest step size of Adam; it goes up and down four times, ½(1 − cos(2π·log₂(1 + 15t))).</summary>
    /// <value>The default value is null: 0.2 for regression, 0.04 for classification, between them for both. Positive.
    /// </value>
    public float? LearningRate { get; init; }

    /// <summary>Share of hidden units set to 0; constant in the first half of training, then down to 0.</summary>
    /// <value>The default value is 0.15; from 0 to less than 1.</value>
    public float Dropout { get; init; } = 0.15f;

    /// <summary>Decoupled weight decay of all but biases; constant in the first half, then down to 0.</summary>
    /// <value>The default value is 0.02; not negative.</value>
    public float WeightDecay { get; init; } = 0.02f;

    /// <summary>Share of a classification label that is spread over all classes.</summary>
    /// <value>
    /// The default value is 0, best for probabilities and rankings; 0.1 where accuracy counts. From 0 to less than 1.
    /// </value>
    public float LabelSmoothing { get; init; }

    /// <summary>Rows per step.</summary>
    /// <value>The default value is null: 256, and 128 up to 1,000 training rows. At least 1.</value>
    public int? BatchSize { get; init; }

    /// <summary>Passes over the training rows.</summary>
    /// <value>The default value is 256; at least 1.</value>
    public int Epochs { get; init; } = 256;

    /// <summary>Steps without a better validation loss after which training stops.</summary>
    /// <value>The default value is null: never; the schedules want their end. At least 1.</value>
    public int? PatienceSteps { get; init; }

    /// <summary>
    /// Whether an epoch is judged, and the network returned, with each classification task's outputs multiplied by the
    /// number that makes its loss on the validation rows least.
    /// </summary>
    /// <value>The default value is true.</value>
    public bool TemperatureScaling { get; init; } = true;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; name, range and value are in the
    /// message.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Hidden);
        Check(Hidden.Count >= 1, nameof(Hidden), Hidden.Count, "at least one layer");
        for (int l = 0; l < Hidden.Count; l++)
            Check(Hidden[l] >= 1, $"{nameof(Hidden)}[{l}]", Hidden[l], "at least 1");
        Check(Enum.IsDefined(Scaling), nameof(Scaling), Scaling, "a way to scale");
        Check(Enum.IsDefined(Embedding), nameof(Embedding), Embedding, "an embedding");
        Check(Activation is null || Enum.IsDefined(Activation.Value), nameof(Activation), Activation,
            "an activation, or null");
        Check(Members is >= 1 and <= TabularShape.MaxMembers, nameof(Members), Members,
            $"from 1 to {TabularShape.MaxMembers}");
        ArgumentNullException.ThrowIfNull(Weighting);
        Weighting.Validate();
        Check(!SteppedNetwork.IsNeededBy(Weighting), nameof(Weighting), Weighting, SteppedNetwork.AnotherWeighting);
        Check(GramianInterval >= 1, nameof(GramianInterval), GramianInterval, "at least 1");
        Check(GramianInterval == 1 || Weighting.SeesGradients, nameof(GramianInterval), GramianInterval,
            $"1 with the weighting {Weighting}, which sees no gradients");
        Check(LearningRate is null || (LearningRate > 0 && float.IsFinite(LearningRate.Value)), nameof(LearningRate),
            LearningRate, "positive and finite, or null");
        Check(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "at least 0 and less than 1");
        Check(WeightDecay >= 0 && float.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay,
            "finite and not negative");
        Check(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing, "at least 0 and less than 1");
        Check(BatchSize is null or >= 1, nameof(BatchSize), BatchSize, "at least 1, or null");
        Check(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        Check(PatienceSteps is null or >= 1, nameof(PatienceSteps), PatienceSteps, "at least 1, or null");
    }

    /// <summary>Rows per step with so many training rows.</summary>
    internal int BatchSizeFor(int rows) => Math.Min(BatchSize ?? (rows > 1000 ? 256 : 128), rows);

    /// <summary>Greatest step size for such tasks.</summary>
    internal float LearningRateFor(IReadOnlyList<TaskInfo> tasks) =>
        LearningRate ?? (float)(0.04 * Math.Pow(5, tasks.Average(t => t.Kind == TaskKind.Regression ? 1.0 : 0)));

    /// <summary>Everything that decides the bits, in one line.</summary>
    internal string Text() => FormattableString.Invariant($"hidden {string.Join(',', Hidden)}; scaling {Scaling}; ")
        + FormattableString.Invariant($"embedding {Embedding}; activation {Activation}; rate {LearningRate}; ")
        + FormattableString.Invariant($"dropout {Dropout}; weight decay {WeightDecay}; smoothing {LabelSmoothing}; ")
        + FormattableString.Invariant($"batch {BatchSize}; epochs {Epochs}; patience {PatienceSteps}; ")
        + FormattableString.Invariant($"temperatures {TemperatureScaling}; members {Members}; ")
        + FormattableString.Invariant($"linear skip {LinearSkip}; weighting {Weighting}; interval {GramianInterval}");

    /// <summary>What the weighing of tasks asks for.</summary>
    internal TrainingOptions ForWeighting(int batch, float rate, ulong seed) => new()
    {
        Weighting = Weighting, GramianInterval = GramianInterval, BatchSize = batch, MaxEpochs = Epochs,
        LearningRate = rate, WeightDecay = WeightDecay, Seed = seed,
    };
}
