using MLNet.MultiTask.Reports;

namespace MLNet.MultiTask;

/// <summary>
/// What somebody must know who is handed a trained model (Mitchell et al. 2019): data, tasks, which were learned
/// together, how well each is predicted and how sure that is, and where not to trust it. A value, as Markdown and as
/// JSON.
/// </summary>
public sealed record ModelCard
{
    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>Rows that the labels below were counted on.</summary>
    public required int RowCount { get; init; }

    /// <summary>Features that the model takes.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>The tasks with their labels and measurements, in the model's order.</summary>
    public required IReadOnlyList<ModelCardTask> Tasks { get; init; }

    /// <summary>Tasks that are learned together, and with which kind of model.</summary>
    public required IReadOnlyList<ModelCardGroup> Groups { get; init; }

    /// <summary>
    /// How many measurements the means and deviations are over, such as the folds of a cross-validation.
    /// </summary>
    public required int MeasurementCount { get; init; }

    /// <summary>What tasks gain from one another; null where it was not estimated.</summary>
    public TaskAffinity? Affinity { get; init; }

    /// <summary>Where not to trust the model, one sentence each.</summary>
    public required IReadOnlyList<string> Limits { get; init; }

    /// <summary>Puts a card together.</summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="model">The model.</param>
    /// <param name="training">The data it was trained on.</param>
    /// <param name="measurements">Its metrics on rows that it was not trained on; several give deviations.</param>
    /// <param name="affinity">What tasks gain from one another; null = not on the card.</param>
    /// <param name="limits">What the user knows beyond the numbers, such as where the data comes from.</param>
    /// <exception cref="ArgumentException">There is no measurement, or tasks differ in number or name.</exception>
    public static ModelCard Create(string name, MultiTaskModel model, TaskTable training,
        IReadOnlyList<MultiTaskMetrics> measurements, TaskAffinity? affinity = null,
        IEnumerable<string>? limits = null) => Create(name, model, training, null, measurements, affinity, limits);

    /// <summary>The same of a model that was trained on some rows of a table; null = all.</summary>
    internal static ModelCard Create(string name, MultiTaskModel model, TaskTable training, IReadOnlyList<int>? rows,
        IReadOnlyList<MultiTaskMetrics> measurements, TaskAffinity? affinity, IEnumerable<string>? limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(measurements);
        string[] names = [.. model.Tasks.Select(t => t.Name)];
        if (measurements.Count == 0)
            throw new ArgumentException("A model card needs at least one measurement", nameof(measurements));
        foreach (IEnumerable<string> other in (IEnumerable<string>[])[training.Tasks.Select(t => t.Name),
            affinity?.TaskNames ?? names, .. measurements.Select(m => m.Tasks.Select(t => t.Task.Name))])
            if (!names.SequenceEqual(other))
                throw new ArgumentException($"The model has the tasks {string.Join(", ", names)}; data, " +
                    $"measurement or affinity has {string.Join(", ", other)}", nameof(measurements));
        ModelCardTask[] tasks = [.. Enumerable.Range(0, names.Length)
            .Select(t => ModelCardTask.Of(training, t, rows, [.. measurements.Select(m => m.Tasks[t])]))];
        return new ModelCard
        {
            Name = name,
            RowCount = rows?.Count ?? training.RowCount,
            FeatureCount = model.FeatureCount,
            Tasks = tasks,
            Groups = [.. model.Grouping.Groups.Select((g, i) => new ModelCardGroup(
                [.. g.Served.Select(t => names[t])], [.. g.Members.Except(g.Served).Select(t => names[t])],
                model.Models[i].Kind))],
            MeasurementCount = measurements.Count,
            Affinity = affinity,
            Limits = [.. limits ?? [], .. ModelCardLimits.Of(tasks, measurements)],
        };
    }

    /// <summary>Writes the card beside a model file: its name with <c>.card.md</c> and <c>.card.json</c>.</summary>
    /// <param name="modelPath">The model's file, such as <c>model.mtsk</c>.</param>
    public void WriteBeside(string modelPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        File.WriteAllText(Path.ChangeExtension(modelPath, ".card.md"), ToMarkdown());
        File.WriteAllText(Path.ChangeExtension(modelPath, ".card.json"), ToJson());
    }

    /// <summary>The card as Markdown.</summary>
    public string ToMarkdown() => ModelCardMarkdown.Write(this);

    /// <summary>The card as JSON.</summary>
    public string ToJson() => ModelCardJson.Write(this);
}

/// <summary>Tasks of a model card that share a model.</summary>
/// <param name="Tasks">Tasks that it predicts.</param>
/// <param name="Helpers">Tasks that only helped to train it.</param>
/// <param name="Kind">Kind of model, such as <c>shared-bottom</c>.</param>
public sealed record ModelCardGroup(IReadOnlyList<string> Tasks, IReadOnlyList<string> Helpers, string Kind);
