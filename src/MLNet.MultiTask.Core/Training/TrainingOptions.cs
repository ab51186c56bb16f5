namespace MLNet.MultiTask;

/// <summary>
/// How a network is trained. The optimiser is AdamW (Loshchilov, Hutter 2019), β = (0.9, 0.999), ε = 10⁻⁸.
/// </summary>
public sealed record TrainingOptions
{
    private const int SweepPatienceSteps = 200;

    /// <summary>Widths of the shared layers.</summary>
    /// <value>The default value is 64, 32; empty = a linear model.</value>
    public IReadOnlyList<int> Hidden { get; init; } = [64, 32];

    /// <summary>
    /// Normalises the values of every shared layer, row by row, before ReLU, with a learned gain and shift per unit
    /// (Ba, Kiros, Hinton 2016).
    /// </summary>
    /// <value>The default value is false.</value>
    public bool LayerNorm { get; init; }

    /// <summary>
    /// Whether every task's outputs also hang on the features directly, by weights of its own that begin at 0. They
    /// belong to the task as its head does: they are no part of the shared gradients, and Grad-TAG leaves them as they
    /// are.
    /// </summary>
    /// <value>The default value is false; false where <see cref="Hidden"/> is empty: that model is linear.</value>
    public bool LinearSkip { get; init; }

    /// <summary>
    /// Goes on from the networks of an earlier model instead of fresh weights: every group begins with the network that
    /// holds its tasks, trunk, heads and target scaling. Features must be those of its training, made by the same
    /// transformer.
    /// </summary>
    /// <value>
    /// The default value is null: fresh weights. Otherwise tasks, classes, features, <see cref="Hidden"/>,
    /// <see cref="LayerNorm"/> and <see cref="LinearSkip"/> must be the model's; an error names all that differ.
    /// </value>
    public MultiTaskModel? InitialModel { get; init; }

    /// <summary>Step size of AdamW.</summary>
    /// <value>The default value is 0.001; positive.</value>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>How the step size changes.</summary>
    /// <value>The default value is <see cref="LearningRateSchedule.Constant"/>.</value>
    public LearningRateSchedule Schedule { get; init; }

    /// <summary>Longest gradient (Euclidean norm over all parameters); longer ones are scaled down to it.</summary>
    /// <value>The default value is null: no limit. Positive.</value>
    public float? MaxGradientNorm { get; init; }

    /// <summary>Share of hidden units set to 0 at random in every training step.</summary>
    /// <value>The default value is 0; from 0 to less than 1.</value>
    public float Dropout { get; init; }

    /// <summary>Decoupled weight decay, on all parameters.</summary>
    /// <value>The default value is 0.0001; not negative.</value>
    public float WeightDecay { get; init; } = 1e-4f;

    /// <summary>Rows per step.</summary>
    /// <value>The default value is null: 128, and 256 above 5,000 training rows. At least 1.</value>
    public int? BatchSize { get; init; }

    /// <summary>How the tasks are weighed against each other, besides their own weights.</summary>
    /// <value>The default value is <see cref="EqualWeighting"/>.</value>
    public TaskWeighting Weighting { get; init; } = EqualWeighting.Instance;

    /// <summary>
    /// Steps after which a weighting of gradients sees the Gramian anew; in between its weights are kept, and steps
    /// cost no more than with equal weights.
    /// </summary>
    /// <value>The default value is 1; at least 1, and 1 with a weighting that sees losses.</value>
    public int GramianInterval { get; init; } = 1;

    /// <summary>
    /// Numbers n that a layer's inputs, and the tasks' signals at its units, are each sketched to before the tasks'
    /// gradients are compared, anew in every step: an entry of the Gramian then has a standard error of at most
    /// √(4/n + 4/n²) times the gradients' lengths. No more than n inputs beside the bias, or units, stay exact; with
    /// layer norm signals and sparse inputs do.
    /// </summary>
    /// <value>The default value is null: exact. A multiple of 16, at least 16; null with a weighting that sees
    /// losses.</value>
    public int? GramianSketch { get; init; }

    /// <summary>Which tasks' labels a step learns from.</summary>
    /// <value>The default value is <see cref="TaskSampling.Mixed"/>; other values need
    /// <see cref="EqualWeighting"/>.</value>
    public TaskSampling Sampling { get; init; } = TaskSampling.Mixed;

    /// <summary>Most passes over the training rows.</summary>
    /// <value>The default value is 500; at least 1.</value>
    public int MaxEpochs { get; init; } = 500;

    /// <summary>Most steps; an epoch may end early by it.</summary>
    /// <value>The default value is 6,000; at least 1; null = no limit.</value>
    public int? MaxSteps { get; init; } = 6000;

    /// <summary>Epochs without a better validation loss after which training stops.</summary>
    /// <value>The default value is 30; at least 1; null = never stop early.</value>
    public int? Patience
    {
        get;
        init => (field, IsPatienceGiven) = (value, true);
    } = 30;

    /// <summary>
    /// Updates without a better validation loss that must have passed besides <see cref="Patience"/> before training
    /// stops: an epoch over few rows is one or two updates.
    /// </summary>
    /// <value>
    /// The default value is null: epochs alone count; in a sweep 200 where <see cref="Patience"/> is not given.
    /// At least 1.
    /// </value>
    public int? PatienceSteps { get; init; }

    /// <summary>Whether <see cref="Patience"/> was set, to whatever value.</summary>
    internal bool IsPatienceGiven { get; private init; }

    /// <summary>Whose validation loss decides when to stop and which weights to keep.</summary>
    /// <value>The default value is <see cref="EarlyStopping.Macro"/>.</value>
    public EarlyStopping EarlyStopping { get; init; }

    /// <summary>Returns the weights of the epoch with the best validation loss; false returns the last ones.</summary>
    /// <value>The default value is true.</value>
    public bool KeepBestWeights { get; init; } = true;

    /// <summary>Seed of initial weights and row order.</summary>
    /// <value>The default value is 1.</value>
    public ulong Seed { get; init; } = 1;

    /// <summary>Upper limit of threads; results do not depend on it.</summary>
    /// <value>The default value is null: all cores. At least 1.</value>
    public int? Threads { get; init; }

    /// <summary>What computes gradients and steps.</summary>
    /// <value>The default value is the managed engine, whose bits do not depend on the number of threads.</value>
    public Training.ITrainingEngine Engine { get; init; } = Training.Managed.ManagedEngine.Instance;

    /// <summary>Told about every finished epoch, on the training thread.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Given all that <see cref="Training.NetworkTrainer.Resume"/> needs to go on from there.</summary>
    public Action<Training.TrainingCheckpoint>? Checkpoint { get; init; }

    /// <summary>
    /// Steps from one call of <see cref="Checkpoint"/> to the next, wherever in an epoch; it is called after the last
    /// step, too.
    /// </summary>
    /// <value>The default value is null: it is called after every epoch. At least 1.</value>
    public int? CheckpointSteps { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; name, range and value are in the
    /// message.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Hidden);
        for (int l = 0; l < Hidden.Count; l++)
            Check(Hidden[l] >= 1, $"{nameof(Hidden)}[{l}]", Hidden[l], "at least 1");
        Check(!LinearSkip || Hidden.Count > 0, nameof(LinearSkip), LinearSkip,
            $"false where {nameof(Hidden)} is empty: without hidden layers the network is linear already");
        Check(LearningRate > 0 && float.IsFinite(LearningRate), nameof(LearningRate), LearningRate,
            "positive and finite");
        Check(Enum.IsDefined(Schedule), nameof(Schedule), Schedule, "a schedule");
        Check(MaxGradientNorm is null || (MaxGradientNorm > 0 && float.IsFinite(MaxGradientNorm.Value)),
            nameof(MaxGradientNorm),
            MaxGradientNorm, "positive and finite, or null");
        Check(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "at least 0 and less than 1");
        Check(Enum.IsDefined(EarlyStopping), nameof(EarlyStopping), EarlyStopping, "a way to stop early");
        Check(WeightDecay >= 0 && float.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay,
            "finite and not negative");
        Check(BatchSize is null or >= 1, nameof(BatchSize), BatchSize, "at least 1, or null");
        ArgumentNullException.ThrowIfNull(Engine);
        ArgumentNullException.ThrowIfNull(Weighting);
        Weighting.Validate();
        Check(GramianSketch is null or >= 16 && GramianSketch.GetValueOrDefault() % 16 == 0, nameof(GramianSketch),
            GramianSketch, "a multiple of 16, at least 16, or null");
        Check(GramianSketch is null || Weighting.SeesGradients, nameof(GramianSketch), GramianSketch,
            $"null with the weighting {Weighting}, which sees no gradients");
        Check(GramianSketch is null && GramianInterval == 1 || Weighting is not SharpnessAwareWeighting,
            nameof(GramianInterval), $"{GramianInterval}, with sketch {(object?)GramianSketch ?? "null"}",
            $"1, and {nameof(GramianSketch)} null, with the weighting {Weighting}, which has every task's gradient");
        Check(Hidden.Count > 0 || Weighting is not GroupUpdatesWeighting, nameof(Weighting), Weighting,
            $"another where {nameof(Hidden)} is empty: without a trunk tasks have nothing to update in turn");
        ArgumentNullException.ThrowIfNull(Sampling);
        Check(Sampling.Temperature is null || Weighting is EqualWeighting, nameof(Sampling), Sampling,
            $"mixed with the weighting {Weighting}: a batch of one task leaves nothing to weigh");
        Check(GramianInterval >= 1, nameof(GramianInterval), GramianInterval, "at least 1");
        Check(Hidden.Count > 0 || !Weighting.SeesGradients, nameof(Weighting), Weighting,
            $"one of losses where {nameof(Hidden)} is empty: there is no trunk whose gradients could be balanced");
        Check(GramianInterval == 1 || Weighting.SeesGradients, nameof(GramianInterval), GramianInterval,
            $"1 with the weighting {Weighting}, which sees no gradients");
        Check(MaxEpochs >= 1, nameof(MaxEpochs), MaxEpochs, "at least 1");
        Check(MaxSteps is null or >= 1, nameof(MaxSteps), MaxSteps, "at least 1, or null");
        Check(Patience is null or >= 1, nameof(Patience), Patience, "at least 1, or null");
        Check(PatienceSteps is null or >= 1, nameof(PatienceSteps), PatienceSteps, "at least 1, or null");
        Check(CheckpointSteps is null or >= 1, nameof(CheckpointSteps), CheckpointSteps, "at least 1, or null");
        Check(Threads is null or >= 1, nameof(Threads), Threads, "at least 1, or null");
    }

    /// <summary>Rows per step, with so many training rows.</summary>
    internal int BatchSizeFor(int trainingRows) =>
        Math.Min(BatchSize ?? (trainingRows > 5000 ? 256 : 128), trainingRows);

    /// <summary>
    /// Epochs without a better validation loss after which training stops, with so many training rows.
    /// </summary>
    internal int? PatienceFor(int trainingRows)
    {
        if (PatienceSteps is not { } steps || Patience is not { } epochs || trainingRows == 0)
            return Patience;
        int stepsPerEpoch = Updates(trainingRows, BatchSizeFor(trainingRows));
        return Math.Max(epochs, Updates(steps, stepsPerEpoch));

        static int Updates(int all, int each) => (int)(((long)all + each - 1) / each);
    }

    /// <summary>The options as a sweep trains with them.</summary>
    internal TrainingOptions ForSweep() =>
        IsPatienceGiven || PatienceSteps is not null ? this : this with { PatienceSteps = SweepPatienceSteps };

    /// <summary>The part an engine sees.</summary>
    internal Training.EngineSettings EngineSettings() =>
        new(WeightDecay, MaxGradientNorm, Dropout, Seed, Threads ?? Environment.ProcessorCount,
            GramianSketch);
}
