using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask;

/// <content>Cross-validation, calibration, thresholds and the importance of features.</content>
public sealed partial class MultiTaskCatalog
{
    /// <summary>
    /// Fits a pipeline on all folds but one and measures it on that one, for every fold. Rows of a fold are never seen
    /// by any stage of its pipeline.
    /// </summary>
    /// <param name="data">All rows.</param>
    /// <param name="estimator">The pipeline; its scored columns must be those of the tasks.</param>
    /// <param name="tasks">The tasks, as given to the trainer.</param>
    /// <param name="numberOfFolds">At least 2.</param>
    /// <param name="samplingKeyColumnName">
    /// Rows with the same value of this column come into the same fold; null = every row by itself. Not a Single or
    /// Double: ML.NET cuts those by size instead of hashing them.
    /// </param>
    /// <param name="seed">Seed of the folds; null = the context's.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two folds, or the sampling key is missing or
    /// of another type.</exception>
    /// <exception cref="InvalidOperationException">A fold has no rows (it is named).</exception>
    public CrossValidationResult CrossValidate(IDataView data, IEstimator<ITransformer> estimator,
        IEnumerable<TaskColumn> tasks, int numberOfFolds = 5, string? samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfFolds, 2);
        if (samplingKeyColumnName is not null
            && data.Schema.Find("sampling key", samplingKeyColumnName).Type is NumberDataViewType
                { RawType: { } raw } type
            && (raw == typeof(float) || raw == typeof(double)))
            throw SchemaErrors.Mismatch("sampling key", samplingKeyColumnName, "Text, a key or an integer", $"{type}");
        IReadOnlyList<TaskColumn> columns = TaskColumn.Checked(tasks);
        using IChannel channel = ((IHostEnvironment)_context).Start("MultiTask.CrossValidate");
        var folds = new List<CrossValidationFold>();
        foreach (DataOperationsCatalog.TrainTestData split in
            _context.Data.CrossValidationSplit(data, numberOfFolds, samplingKeyColumnName, seed))
        {
            if (IsEmpty(split.TestSet) || IsEmpty(split.TrainSet))
                throw new InvalidOperationException($"Fold {folds.Count} of {numberOfFolds} has no rows to " +
                    (IsEmpty(split.TestSet) ? "measure on" : "fit on") +
                    "; take fewer folds, or a sampling key with more values");
            ITransformer model = estimator.Fit(split.TrainSet);
            MultiTaskMetrics metrics = Evaluate(model.Transform(split.TestSet), columns);
            channel.Info(MessageSensitivity.None, $"Fold {folds.Count + 1} of {numberOfFolds} is measured");
            folds.Add(new CrossValidationFold(folds.Count, model, metrics));
        }
        return new CrossValidationResult(folds);
    }

    /// <summary>
    /// Adjusts the binary tasks of a trained model to rows that it was not trained on: probabilities that hold what
    /// they promise, and a threshold of each task's own behind its predicted label. Scores become margins whose sign is
    /// the predicted label. A task with labels of one class only stays as it is, with a warning.
    /// </summary>
    /// <param name="model">The model; it stays as it is.</param>
    /// <param name="data">Features and labels of other rows than those of the training.</param>
    /// <param name="tasks">The tasks, as given to the trainer.</param>
    /// <param name="options">How; null = Platt scaling, thresholds stay at a half.</param>
    /// <exception cref="ArgumentException">The tasks of the data are not those of the model.</exception>
    public MultiTaskPredictionTransformer Calibrate(MultiTaskPredictionTransformer model, IDataView data,
        IEnumerable<TaskColumn> tasks, CalibrationOptions? options = null)
    {
        options ??= new CalibrationOptions();
        options.Validate();
        TaskTable table = Read(model, data, tasks);
        using IChannel channel = ((IHostEnvironment)_context).Start("MultiTask.Calibrate");
        (MultiTaskModel adjusted, IReadOnlyList<TaskInfo> unadjusted) =
            ModelCalibration.Run(model.Model, table, options);
        if (unadjusted.Count > 0)
            channel.Warning(MessageSensitivity.Schema, "Not adjusted, because their labels are of one class: " +
                string.Join(", ", unadjusted.Select(t => $"'{t.Name}'")));
        return new MultiTaskPredictionTransformer(_context, adjusted, model.Layout, model.FeatureColumnName);
    }

    /// <summary>How much worse each task is predicted when a feature's values are shuffled over the rows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Features and labels, best of rows that the model was not trained on.</param>
    /// <param name="tasks">The tasks, as given to the trainer.</param>
    /// <param name="permutationCount">Shuffles of every feature, at least 1.</param>
    /// <param name="seed">Seed of the shuffles.</param>
    /// <param name="cancellationToken">Looked at after every shuffle.</param>
    /// <exception cref="ArgumentException">The tasks of the data are not those of the model.</exception>
    public FeatureImportance PermutationFeatureImportance(MultiTaskPredictionTransformer model, IDataView data,
        IEnumerable<TaskColumn> tasks, int permutationCount = 5, int seed = 1,
        CancellationToken cancellationToken = default)
    {
        TaskTable table = Read(model, data, tasks);
        string[]? slots = SlotNames.Of(data.Schema[model.FeatureColumnName]);
        string[] names = [.. Enumerable.Range(0, table.FeatureCount)
            .Select(f => slots is not null && slots[f].Length > 0 ? slots[f] : $"{model.FeatureColumnName}.{f}")];
        using IChannel channel = ((IHostEnvironment)_context).Start("MultiTask.PermutationFeatureImportance");
        channel.Info(MessageSensitivity.None,
            $"Shuffling each of {Counted.Of(names.Length, "feature")} {permutationCount} times over " +
            $"{Counted.Of(table.RowCount, "row")}");
        return PermutationImportance.Measure(model.Model, table, names, permutationCount, unchecked((ulong)seed),
            cancellationToken);
    }

    /// <summary>
    /// A card that says what somebody must know who is handed a trained model: <see cref="ModelCard.WriteBeside"/>
    /// writes it as Markdown and JSON beside the model's file.
    /// </summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="model">The model.</param>
    /// <param name="trainingData">Features and labels that it was trained on.</param>
    /// <param name="tasks">The tasks, as given to the trainer.</param>
    /// <param name="measurements">
    /// Its metrics on rows that it was not trained on, such as those of a cross-validation's folds; several give
    /// standard deviations.
    /// </param>
    /// <param name="affinity">What tasks gain from one another; null = not on the card.</param>
    /// <param name="limits">What is known beyond the numbers, one sentence each.</param>
    /// <exception cref="ArgumentException">Tasks of data, measurements or affinity are not those of the
    /// model.</exception>
    public ModelCard ModelCard(string name, MultiTaskPredictionTransformer model, IDataView trainingData,
        IEnumerable<TaskColumn> tasks, IReadOnlyList<MultiTaskMetrics> measurements, TaskAffinity? affinity = null,
        params IEnumerable<string> limits)
    {
        TaskTable table = Read(model, trainingData, tasks);
        using IChannel channel = ((IHostEnvironment)_context).Start("MultiTask.ModelCard");
        ModelCard card = MLNet.MultiTask.ModelCard.Create(name, model.Model, table, measurements, affinity, limits);
        foreach (string limit in card.Limits)
            channel.Info(MessageSensitivity.Schema, limit);
        return card;
    }

    private static TaskTable Read(MultiTaskPredictionTransformer model, IDataView data, IEnumerable<TaskColumn> tasks)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        IReadOnlyList<TaskColumn> columns = TaskColumn.Checked(tasks);
        TaskSchema.Check(SchemaShapes.Of(data), model.FeatureColumnName, columns);
        (TaskTable table, _) = TaskTableReader.Read(data, model.FeatureColumnName, columns);
        string[] expected = [.. model.Model.Tasks.Select(Describe)], actual = [.. table.Tasks.Select(Describe)];
        return expected.SequenceEqual(actual) ? table : throw new ArgumentException(
            $"The data has the tasks {string.Join(", ", actual)}; the model has {string.Join(", ", expected)}",
            nameof(tasks));

        static string Describe(TaskInfo task) => task.Kind == TaskKind.Multiclass
            ? $"{task.Name} ({task.Kind}: {string.Join("|", task.ClassNames)})" : $"{task.Name} ({task.Kind})";
    }

    private static bool IsEmpty(IDataView data)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([]);
        return !cursor.MoveNext();
    }
}
