using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Pipelines;

namespace MLNet.MultiTask;

/// <summary>Everything this library adds to ML.NET: <c>mlContext.MultiTask()</c>.</summary>
public sealed partial class MultiTaskCatalog
{
    private readonly MLContext _context;

    internal MultiTaskCatalog(MLContext context) =>
        (_context, Affinity, Grouping, Trainers) = (context, new(context), new(context), new(context));

    internal MLContext Context => _context;

    /// <summary>Which tasks help one another.</summary>
    public TaskAffinityCatalog Affinity { get; }

    /// <summary>Which tasks should be learned together.</summary>
    public TaskGroupingCatalog Grouping { get; }

    /// <summary>Learns them.</summary>
    public MultiTaskTrainerCatalog Trainers { get; }

    /// <summary>Searches over groupings of the tasks, learners and settings by really training.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="configure">Changes the options: budget, learners, constraints and so on; null = the
    /// defaults.</param>
    public MultiTaskSweep Sweep(IEnumerable<TaskColumn> tasks, Action<MultiTaskSweep.Options>? configure = null)
    {
        var options = new MultiTaskSweep.Options { Tasks = TaskColumn.Checked(tasks) };
        configure?.Invoke(options);
        return new MultiTaskSweep(_context, options);
    }

    /// <summary>The same for a time, the last training included.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="maxTime">Most time.</param>
    public MultiTaskSweep Sweep(IEnumerable<TaskColumn> tasks, TimeSpan maxTime) =>
        Sweep(tasks, o => o.Budget = new SweepBudget { MaxTrials = null, MaxTime = maxTime });

    /// <summary>
    /// Turns raw columns into the column "Features": numbers of any type, with gaps or without, and truths become
    /// standardised numbers, texts and keys 0/1 features. See <see cref="FeaturizeEstimator"/>.
    /// </summary>
    /// <param name="columnNames">The raw columns, in the order of their features.</param>
    public FeaturizeEstimator Featurize(params string[] columnNames) =>
        Featurize(new FeaturizeEstimator.Options { Columns = columnNames });

    /// <inheritdoc cref="Featurize(string[])"/>
    /// <param name="options">Everything that can be set.</param>
    public FeaturizeEstimator Featurize(FeaturizeEstimator.Options options) => new(_context, options);

    /// <summary>
    /// Loads a text file with a header, every named column as <c>Text</c>: <see cref="Featurize(string[])"/> and
    /// <see cref="TaskColumn"/> read texts as numbers or categories, and an empty cell, NA, N/A, null, ? or NaN as a
    /// missing value. Rows are read when they are asked for, but the whole file is looked through at once, for what
    /// ML.NET would leave out or change without a word.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="separatorChar">What is between cells.</param>
    /// <exception cref="ArgumentException">The header is empty, names a column twice, or has another separator; or
    /// lines are not UTF-8, have another number of cells than the first, or begin with // (they are
    /// named).</exception>
    public IDataView LoadFromTextFile(string path, char separatorChar = ',')
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return TextFile.Load(_context, path, separatorChar);
    }

    /// <summary>
    /// Loads a text file whose columns a class describes with <c>LoadColumn</c>, as ML.NET does, but with an empty cell
    /// of a <c>float</c> or <c>double</c> as NaN, <em>not observed</em>, where ML.NET's own default is 0: a label. (An
    /// <c>int</c> or <c>bool</c> cannot say that it is missing.) Cells may be quoted.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="separatorChar">What is between cells.</param>
    /// <param name="hasHeader">Whether the first line holds names.</param>
    /// <typeparam name="TInput">One property or field per column.</typeparam>
    /// <exception cref="ArgumentException">Lines are not UTF-8, have another number of cells than the first, or begin
    /// with // (they are named).</exception>
    public IDataView LoadFromTextFile<TInput>(string path, char separatorChar = ',', bool hasHeader = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        new TextFileCheck(path, separatorChar).ThrowIfAny();
        return _context.Data.LoadFromTextFile<TInput>(path, TextFile.OptionsOf(separatorChar, hasHeader));
    }

    /// <summary>
    /// Measures scored data: one line per task, and the mean over tasks. Labels that are not observed are left out and
    /// counted, and so are rows whose score is not finite, with a warning; so are rows of task-indexed data whose task
    /// has no score.
    /// </summary>
    /// <param name="data">Data with label columns and the columns that a multi-task transformer added.</param>
    /// <param name="tasks">The tasks, as given to the trainer.</param>
    /// <param name="reference">The trivial predictor of relative metrics, learned on training rows; null = learned on
    /// <paramref name="data"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    public MultiTaskMetrics Evaluate(IDataView data, IEnumerable<TaskColumn> tasks, ConstantPredictor? reference = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        using IChannel channel = ((IHostEnvironment)_context).Start("MultiTask.Evaluate");
        MultiTaskMetrics metrics = ScoredViewReader.Evaluate(data, TaskColumn.Checked(tasks), reference);
        foreach (TaskMetrics task in metrics.Tasks)
            if (task.ObservedCount == 0)
                channel.Warning(MessageSensitivity.Schema,
                    $"Task '{task.Task.Name}' has no observed label with a score; its metrics are not defined");
        foreach (TaskMetrics task in metrics.Tasks)
            if (task.UnscoredCount > 0)
                channel.Warning(MessageSensitivity.Schema, $"Task '{task.Task.Name}': the scores of " +
                    $"{task.UnscoredCount} of {Counted.Of(task.UnscoredCount + task.ObservedCount, "row")} with a " +
                    "label are not finite; these rows are left out of its metrics");
        foreach (TaskMetrics task in metrics.Tasks)
            if (ScoreRounding.Warning(task) is { } warning)
                channel.Warning(MessageSensitivity.Schema, warning);
        return metrics;
    }

    /// <summary>
    /// Saves a fitted pipeline into one file of this library's own format: every detail of our transformers comes back,
    /// annotations included, and a damaged file is always refused. Runs of ML.NET's own transformers are kept as ML.NET
    /// writes them. An existing file stays as it is until the new one is complete.
    /// </summary>
    /// <param name="model">A transformer, or a chain of transformers.</param>
    /// <param name="inputSchema">The schema of the data it was fitted on.</param>
    /// <param name="filePath">The file to create or replace.</param>
    public void Save(ITransformer model, DataViewSchema inputSchema, string filePath) =>
        AtomicFile.Write(filePath, stream => PipelineFile.Save(_context, model, inputSchema, stream));

    /// <summary>Loads what <see cref="Save"/> wrote.</summary>
    /// <param name="filePath">The file.</param>
    /// <param name="inputSchema">The schema of the data it was fitted on: names, types, slot names and key
    /// values.</param>
    /// <param name="options">
    /// Limits, and whether ML.NET's own transformers may be loaded from the file
    /// (<see cref="MultiTaskModelLoadOptions.TrustMicrosoftMLStages"/>); null = the defaults.
    /// </param>
    /// <returns>Our transformer where the file holds one alone, otherwise a chain.</returns>
    /// <exception cref="ModelFormatException">The file is damaged, foreign, newer, over a limit, or needs trust that is
    /// not given.</exception>
    public ITransformer Load(string filePath, out DataViewSchema inputSchema, MultiTaskModelLoadOptions? options = null)
    {
        using FileStream stream = File.OpenRead(filePath);
        (ITransformer model, inputSchema) = PipelineFile.Load(_context, stream, options ?? new());
        ContainerReader.ThrowUnlessAtEnd(stream);
        return model;
    }

    /// <summary>
    /// Makes this library's transformers again of the chains of ML.NET's own that <c>mlContext.Model.Load</c> returns
    /// in their place: values that the training did not have are logged once more, scored columns have their
    /// annotations, and a trained model can be looked into. Columns of affinities and groupings stay as they are.
    /// </summary>
    /// <param name="model">What <c>mlContext.Model.Load</c> returned.</param>
    /// <returns>An equivalent transformer; <paramref name="model"/> itself where nothing of this library is in
    /// it.</returns>
    /// <exception cref="ModelFormatException">The state of a transformer in it is damaged.</exception>
    public ITransformer Restore(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return BuiltInModel.Restore(_context, model);
    }
}
