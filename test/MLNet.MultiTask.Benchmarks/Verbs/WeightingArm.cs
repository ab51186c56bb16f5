namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>One way to train that <c>bench weightings</c> compares: a weighting of all tasks and how often and how
/// exactly it sees their gradients, or equal weights in groups.</summary>
/// <param name="Name">What lines and tables say.</param>
/// <param name="Weighting">How tasks are weighed.</param>
internal sealed record WeightingArm(string Name, TaskWeighting Weighting)
{
    public const string Chosen = "groups by search, equal", Learned = "groups by dmtg, equal";

    public int Interval { get; init; } = 1;

    public int? Sketch { get; init; }

    /// <summary>Whether tasks are trained in groups.</summary>
    public bool IsGrouped { get; private init; }

    /// <summary>All arms: every method, some with a cheaper Gramian, and the groups.</summary>
    public static IReadOnlyList<WeightingArm> All(IEnumerable<TaskWeighting> methods,
        IEnumerable<TaskWeighting> cheaper, int interval, int sketch) =>
        [.. methods.Select(m => new WeightingArm(m.ToString(), m)),
            .. cheaper.Where(m => m.SeesGradients).SelectMany(m => Cheaper(m, interval, sketch)),
            new WeightingArm(Chosen, new EqualWeighting()) { IsGrouped = true },
            new WeightingArm(Learned, new EqualWeighting()) { IsGrouped = true }];

    public TrainingOptions Apply(TrainingOptions options) =>
        options with { Weighting = Weighting, GramianInterval = Interval, GramianSketch = Sketch };

    private static IEnumerable<WeightingArm> Cheaper(TaskWeighting method, int interval, int sketch)
    {
        int often = Math.Max(1, interval / 4);
        yield return new($"{method}, every {interval}", method) { Interval = interval };
        yield return new($"{method}, sketch {sketch}", method) { Sketch = sketch };
        yield return new($"{method}, sketch {sketch}, every {often}", method) { Sketch = sketch, Interval = often };
    }
}
