using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>All weightings of tasks by name: what trainers, the command, the search and the files read.</summary>
public static class TaskWeightings
{
    private static readonly WeightingMethod[] Methods =
    [
        Loss("equal", "every task counts as its own weight says", _ => new EqualWeighting()),
        Loss("fixed", "fixed weights by task name", s => new FixedWeighting(s.Rest())),
        Loss("uncertainty", "learned log-variances (Kendall 2018)", s => new UncertaintyWeighting
        {
            Initial = s.Number("initial", -0.5),
            StepSize = s.OptionalNumber("step-size"),
        }),
        Loss("imtl-l", "learned scales, balanced losses (Liu 2021)",
            s => new ImtlLWeighting { StepSize = s.OptionalNumber("step-size") }),
        Loss("si", "sum of log losses", _ => new ScaleInvariantWeighting()),
        Loss("gls", "geometric mean of losses", _ => new GeometricLossWeighting()),
        Loss("dwa", "slow tasks gain weight by epoch (Liu 2019)",
            s => new DwaWeighting { Temperature = s.Number("temperature", 2) }),
        Loss("rlw", "random weights (Lin 2022)", _ => new RandomLossWeighting()),
        Loss("stch", "smooth maximum of relative losses (Lin 2024)", s => new StchWeighting
        {
            Mu = s.Number("mu", 1),
            WarmupEpochs = s.Integer("warmup-epochs", 4),
        }),
        Loss("famo", "tasks that fell least gain weight (Liu 2023)", s => new FamoWeighting
        {
            Decay = s.Number("decay", 1e-3),
            StepSize = s.Number("step-size", 0.025),
        }),
        Loss("coba", "convergence of validation losses (Gong 2024)", s => new CoBaWeighting
        {
            History = s.Integer("history", 10),
            Temperature = s.Number("temperature", 5),
            WarmupEpochs = s.Integer("warmup-epochs", 4),
        }),
        Loss("data-balanced", "rare tasks count as much as frequent ones (MFTCoder)",
            _ => new DataBalancedWeighting()),
        Loss("auto-lambda", "learned on other rows by looking a step ahead (Liu 2022)", s => new AutoLambdaWeighting
        {
            Initial = s.Number("initial", 0.1),
            StepSize = s.Number("step-size", 1e-4),
        }),
        Loss("group-updates", "groups updated in turn within a batch (Jeong 2025)", s => new GroupUpdatesWeighting
        {
            Decay = s.Number("decay", 1e-3),
            Probe = s.Integer("probe", 20),
        }),
        Loss("sam", "flat regions for every task, around another weighting (Phan 2022)",
            s => new SharpnessAwareWeighting
            {
                Rho = s.Number("rho", 0.05),
                HeadRho = s.Number("head-rho", 0.05),
                Around = s.Weighting(WeightingSettings.Around, EqualWeighting.Instance),
            }),
        Gradient("autoscale", "fixed weights from a short first phase (Yang 2025)",
            s => new AutoScaleWeighting { Exploration = s.Number("exploration", 0.05) }),
        Gradient("gradnorm", "learned weights, balanced gradient lengths (Chen 2018)", s => new GradNormWeighting
        {
            Alpha = s.Number("alpha", 1.5),
            StepSize = s.Number("step-size", 0.025),
        }),
        Gradient("mgda", "shortest common direction (Sener 2018)", s => new MgdaWeighting
        {
            Normalization = s.Choice("normalization", GradientNormalization.None),
        }),
        Gradient("pcgrad", "conflicting parts are projected out (Yu 2020)", _ => new PCGradWeighting()),
        Gradient("gradvac", "gradients are turned to usual cosines (Wang 2021)",
            s => new GradVacWeighting { Beta = s.Number("beta", 0.5) }),
        Gradient("graddrop", "one sign per direction is kept (Chen 2020)", s => new GradDropWeighting
        {
            Directions = s.Integer("directions", 64),
            Leak = s.Number("leak", 0),
        }),
        Gradient("cagrad", "best worst case near the mean (Liu 2021)",
            s => new CAGradWeighting { C = s.Number("c", 0.5) }),
        Gradient("conicgrad", "best worst case in a cone (Hassanpour 2025)",
            s => new ConicGradWeighting { MinCosine = s.Number("min-cosine", 0.5) }),
        Gradient("imtl-g", "equal projections (Liu 2021)", _ => new ImtlGWeighting()),
        Gradient("nash-mtl", "Nash bargaining (Navon 2022)", _ => new NashMtlWeighting()),
        Gradient("fairgrad", "alpha-fair gains (Ban 2024)",
            s => new FairGradWeighting { Alpha = s.Number("alpha", 2) }),
        Gradient("aligned-mtl", "nearest orthogonal gradients (Senushkin 2023)", _ => new AlignedMtlWeighting()),
        Gradient("upgrad", "every task projected on the conflict-free cone (Quinton 2024)",
            s => new UPGradWeighting { Regularization = s.Number("regularization", 1e-4) }),
        Gradient("dualproj", "the mean projected on the conflict-free cone",
            s => new DualProjWeighting { Regularization = s.Number("regularization", 1e-4) }),
        Gradient("config", "equal cosines with all tasks (Liu 2024)", _ => new ConfigWeighting()),
        Gradient("dibs-mtl", "bargaining by directions (Murthy 2025)",
            s => new DiBSWeighting { Steps = s.Integer("steps", 1) }),
        Gradient("db-mtl", "gradients of log losses at one length (Lin 2023)",
            s => new DBMtlWeighting { Beta = s.Number("beta", 0.9) }),
        Gradient("moco", "common direction on tracked gradients (Fernando 2023)", s => new MoCoWeighting
        {
            Beta = s.Number("beta", 0.5),
            Gamma = s.Number("gamma", 0.1),
            Rho = s.Number("rho", 0),
        }),
        Gradient("sdmgrad", "common direction held near the mean (Xiao 2023)",
            s => new SDMGradWeighting { Lambda = s.Number("lambda", 0.3) }),
        Gradient("excess-mtl", "tasks far from their best gain weight (He 2024)",
            s => new ExcessMtlWeighting { Eta = s.Number("eta", 1e-2) }),
    ];

    /// <summary>All methods.</summary>
    public static IReadOnlyList<WeightingMethod> All => Methods;

    /// <summary>Reads a method's name or its canonical text, such as <c>cagrad(c=0.4)</c>.</summary>
    /// <exception cref="FormatException">There is no such method or setting, or a value cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public static TaskWeighting Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int bracket = text.IndexOf('(');
        string name = bracket < 0 ? text : text[..bracket];
        WeightingMethod method = Array.Find(Methods, m => m.Name == name)
            ?? throw new FormatException($"There is no weighting '{name}'; there are {string.Join(", ",
                Methods.Select(m => m.Name))}");
        var settings = new WeightingSettings(name, bracket < 0 ? "" : text[bracket..]);
        TaskWeighting weighting = method.Create(settings);
        settings.ThrowIfAnyIsLeft();
        weighting.Validate();
        return weighting;
    }

    private static WeightingMethod Loss(string name, string summary, Func<WeightingSettings, TaskWeighting> create) =>
        new(name, summary, false, create);

    private static WeightingMethod Gradient(string name, string summary,
        Func<WeightingSettings, TaskWeighting> create) => new(name, summary, true, create);
}
