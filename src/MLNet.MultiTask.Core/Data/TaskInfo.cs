namespace MLNet.MultiTask;

/// <summary>One task of a <see cref="TaskTable"/>: its name, what it predicts and how much it counts.</summary>
public sealed record TaskInfo
{
    /// <summary>Describes a task.</summary>
    /// <param name="name">Unique among the tasks of a table; not empty.</param>
    /// <param name="kind">What the task predicts.</param>
    /// <param name="classNames">Multi-class only: the class names in the order of the labels 0 … K−1, at least
    /// two.</param>
    /// <param name="weight">The task's share in the training loss, relative to the others; finite and ≥ 0.</param>
    /// <exception cref="ArgumentException">A name is empty, or the classes do not fit the kind.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weight"/> is negative or not finite.</exception>
    public TaskInfo(string name, TaskKind kind, IReadOnlyList<string>? classNames = null, float weight = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!float.IsFinite(weight) || weight < 0)
            throw new ArgumentOutOfRangeException(nameof(weight), weight,
                $"Weight of task '{name}' must be finite and not negative");
        if (kind == TaskKind.Multiclass && classNames is not { Count: >= 2 })
            throw new ArgumentException($"Multi-class task '{name}' needs at least two class names",
                nameof(classNames));
        if (kind != TaskKind.Multiclass && classNames is not null)
            throw new ArgumentException($"Task '{name}' is {kind} and takes no class names", nameof(classNames));
        (Name, Kind, ClassNames, Weight) = (name, kind, classNames ?? [], weight);
    }

    /// <summary>Unique name.</summary>
    public string Name { get; }

    /// <summary>What the task predicts.</summary>
    public TaskKind Kind { get; }

    /// <summary>Multi-class: the K class names in label order; otherwise empty.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Share in the training loss, relative to the other tasks.</summary>
    public float Weight { get; }

    /// <summary>
    /// Regression: what was subtracted from the labels while they were double precision, so that a large number that
    /// all have in common costs no digits. Labels of a table, scores of a model and metrics are less this offset.
    /// </summary>
    /// <value>The default value is 0.</value>
    public double Offset { get; init; }

    /// <summary>Outputs of the task's head: K for a multi-class task, otherwise 1.</summary>
    public int OutputCount => Kind == TaskKind.Multiclass ? ClassNames.Count : 1;
}
