namespace MLNet.MultiTask.Affinity;

/// <summary>All affinity estimators by name.</summary>
public static class AffinityMethods
{
    /// <summary>Every method, the default first, then from cheap to costly.</summary>
    public static IReadOnlyList<AffinityMethod> All { get; } =
    [
        new("grad-tag", "training from the start, predicted from gradients and 60 groups really trained (default)",
            t => new GradTagAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("grad-tag-early", "from gradients amid learning alone: which tasks are learnt together",
            t => new GradTagAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads, Stage = BaseStage.Early,
                Bases = 8 })),
        new("grad-tag-late", "from gradients of finished networks alone: what fine-tuning would give",
            t => new GradTagAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads,
                Stage = BaseStage.BestValidation })),
        new("grad-tag-tabular", "the same from gradients of tabular networks, of --hidden widths",
            t => new TabularGradTagAffinity(new() { Training = Tabular(t), Seed = t.Seed, Threads = t.Threads })),
        new("label-correlation", "association of the labels; trains nothing, needs rows that hold several labels",
            t => new LabelCorrelationAffinity(t.Threads)),
        new("divergence", "distance between the tasks' features and labels (MMD); trains nothing",
            t => new DivergenceAffinity(new() { Seed = t.Seed, Threads = t.Threads })),
        new("split-gain", "which features one small forest per task asks about; T forests, no joint training",
            t => new SplitGainAffinity(new() { Seed = t.Seed, Threads = t.Threads })),
        new("cross-error", "how well one small forest per task predicts the other tasks' rows; T forests",
            t => new CrossErrorAffinity(new() { Seed = t.Seed, Threads = t.Threads })),
        new("landscape", "per-sample gradients at random initial networks; trains nothing",
            t => new LandscapeAffinity(new() { Hidden = t.Hidden, LayerNorm = t.LayerNorm, Seed = t.Seed,
                Threads = t.Threads })),
        new("data-maps", "how confidence per row develops in one training run; needs rows that hold several labels",
            t => new DataMapsAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("lasso", "heads of one network as sparse combinations of one another; one training run",
            t => new LassoTaskRelevanceAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("gradient-cosine", "cosine of task gradients over one training run",
            t => new GradientCosineAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("gradient-dot", "inner product of task gradients over one training run (ETAP)",
            t => new GradientDotAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("gradient-cosine-tabular", "cosine of task gradients over one training of a tabular network",
            t => new TabularGradientCosineAffinity(new() { Training = Tabular(t), Seed = t.Seed,
                Threads = t.Threads })),
        new("gradient-dot-tabular", "inner product of task gradients over one training of a tabular network",
            t => new TabularGradientDotAffinity(new() { Training = Tabular(t), Seed = t.Seed, Threads = t.Threads })),
        new("tag", "look-ahead steps of single tasks over one training run (TAG)",
            t => new TagLookaheadAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("group-updates", "change of losses as tasks are updated in turn over one training run",
            t => new GroupUpdatesAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("dmtg", "which tasks choose the same of three trunks that are trained at once (DMTG)",
            t => new DmtgAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("input-attribution", "which features single-task networks rest on; T training runs",
            t => new InputAttributionAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("representation", "which rows single-task networks hold alike (RSA); T training runs",
            t => new RepresentationSimilarityAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("label-injection", "gain from reading the other label as input; 4·T² short training runs",
            t => new LabelInjectionAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("etap", "first-order affinities, mapped to gains by 40 groups really trained (ETAP); T + 40 training runs",
            t => new EtapAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("grad-tag-ridge", "what grad-tag predicts for 1,000 subsets, regressed on who is in them",
            t => new RidgeSurrogateAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads, Subsets = 1000,
                Predicted = new() { Training = t, Seed = t.Seed, Threads = t.Threads } })),
        new("grad-tag-kernel", "what grad-tag predicts, by kernel regression on who is in a subset",
            t => new KernelSurrogateAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads,
                Predicted = new() { Training = t, Seed = t.Seed, Threads = t.Threads } })),
        new("pairwise", "every pair really trained, four times (HOA); 2·T·(T+1) training runs",
            t => new PairwiseHigherOrderAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("higher-order", "sampled subsets really trained, four times, averaged per pair; hundreds of training runs",
            t => new HigherOrderAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("ridge-surrogate", "the same, regressed on who was in the subset; hundreds of training runs",
            t => new RidgeSurrogateAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
        new("kernel-surrogate", "the same by kernel regression; hundreds of training runs",
            t => new KernelSurrogateAffinity(new() { Training = t, Seed = t.Seed, Threads = t.Threads })),
    ];

    /// <summary>Grad-TAG.</summary>
    public static AffinityMethod Default => All[0];

    // Their schedules want an end that is near enough.
    private static TabularOptions Tabular(TrainingOptions training) => new()
    {
        Hidden = training.Hidden, LinearSkip = training.LinearSkip, BatchSize = training.BatchSize,
        Epochs = Math.Min(training.MaxEpochs, new TabularOptions().Epochs),
    };

    /// <summary>The estimator of a method.</summary>
    /// <param name="name">One of the names in <see cref="All"/>, in any case.</param>
    /// <param name="training">How networks are trained; gives seed and threads of the estimator too.</param>
    /// <exception cref="ArgumentException">There is no such method; all are listed.</exception>
    public static ITaskAffinityEstimator Create(string name, TrainingOptions training)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(training);
        AffinityMethod method = All.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
            $"There is no affinity method '{name}'; expected one of {string.Join(", ", All.Select(m => m.Name))}",
                nameof(name));
        return method.Create(training);
    }
}
