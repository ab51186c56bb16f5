using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Fitting;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Schema;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Trains one shared-bottom network per group of tasks.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.MultiTask().Trainers.SharedBottom(...)`.
///
/// ### Input and Output Columns
/// Input: the features, a known-sized vector of `Single`, all finite, and per task a label column (see `TaskColumn`):
/// `Boolean`, `Single` (NaN = not observed) or key (0 = not observed), or a vector of these. Optional: a column of
/// groups as `Grouping` estimators write it.
///
/// | Output column | Type | Description |
/// | -- | -- | -- |
/// | `Score.<task>` | Single; multi-class: vector of Single | Logit (binary), class probabilities (multi-class, slot names = class names), value in the label's units (regression) |
/// | `Probability.<task>` | Single | Binary only: probability of true |
/// | `PredictedLabel.<task>` | Boolean or key | Binary: score above 0; multi-class: the class of greatest probability, with its key values |
///
/// A vector label gives vectors instead, one slot per task: `Score`, `Probability`, `PredictedLabel` where it is the
/// only task column, otherwise `Score.<name>` and so on. Task-indexed data gives scalars `Score`, `Probability`,
/// `PredictedLabel` of the row's own task.
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Binary, multi-class and regression tasks together |
/// | Is normalization required? | Yes |
/// | Is caching required? | No: the data is read once |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask |
/// | Exportable to ONNX | Yes: `mlContext.MultiTask().ConvertToOnnx` of the package MLNet.MultiTask.Onnx |
///
/// ### Background
/// A network of dense layers is shared by the tasks of a group, and each task has a linear head on the last of them
/// (Caruana, "Multitask Learning", 1997). The loss is $\sum_t w_t L_t / \sum_t w_t$, with $L_t$ the mean over the
/// observed labels of a mini-batch of task t's logistic loss, cross entropy, or squared error of the standardised
/// target. Labels that are not observed do not count. Training is AdamW with early stopping on held-out rows, on the
/// mean over the tasks or on every task's own loss; the best weights are kept. `Options.Training` has the rest: widths
/// of the layers, layer norm, batch size, learning rate and its schedule, dropout, gradient clipping, weight decay,
/// epochs and steps. The same seed gives the same bits on any number of threads.
/// ]]></format>
/// </remarks>
public sealed class SharedBottomTrainer : IEstimator<MultiTaskPredictionTransformer>
{
    private readonly MLContext _context;
    private readonly IHost _host;
    private readonly ContextWatch _watch;
    private readonly Options _options;
    private readonly ulong _seed;

    internal SharedBottomTrainer(MLContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ArgumentNullException.ThrowIfNull(options.Training);
        (_context, _options) = (context, options);
        options.Training.Validate();
        _host = ((IHostEnvironment)context).Register("MultiTask.SharedBottom");
        _seed = options.SeedOr(_host);
        _watch = new ContextWatch(context);
    }

    /// <summary>Options of <see cref="SharedBottomTrainer"/>.</summary>
    public sealed class Options : MultiTaskOptions
    {
        /// <summary>
        /// Network and optimiser, such as <c>new() { Hidden = [128, 64], Dropout = 0.1f, Schedule =
        /// LearningRateSchedule.Cosine, EarlyStopping = EarlyStopping.PerTask }</c>; its seed is replaced by
        /// <see cref="MultiTaskOptions.Seed"/>.
        /// </summary>
        /// <value>The default value is the defaults of <see cref="TrainingOptions"/>.</value>
        public TrainingOptions Training { get; set; } = new();

        /// <summary>Which tasks share a network; <see cref="TaskGrouping.Parse"/> reads the canonical text.</summary>
        /// <value>
        /// The default value is null: as the column <see cref="GroupColumnName"/> says, and without it all tasks
        /// together.
        /// </value>
        public TaskGrouping? Grouping { get; set; }

        /// <summary>
        /// Keeps a checkpoint of every network while it is trained, and gives it back when an interrupted
        /// <see cref="Fit(IDataView)"/> is called again, such as a <see cref="Persistence.CheckpointFolder"/>.
        /// </summary>
        /// <value>The default value is null: no checkpoints.</value>
        public ICheckpointStore? Checkpoints { get; set; }

        /// <summary>Column with the group of each task; used where the data has it. Null = not looked at.</summary>
        /// <value>The default value is "TaskGroup".</value>
        public string? GroupColumnName { get; set; } = "TaskGroup";
    }

    /// <summary>The input's columns and the scored ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Check(inputSchema);
        return SchemaShapes.Add(_context, inputSchema, ScoredColumns.Promised(inputSchema, _options.Tasks));
    }

    /// <summary>Reads the data once and trains.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    /// <exception cref="ArgumentException">
    /// A feature, label or weight is out of range, or a task cannot be learned (it is named).
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// <see cref="MultiTaskOptions.CancellationToken"/> or the <see cref="MLContext"/> was cancelled.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public MultiTaskPredictionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return FitScope.Run(_host, _watch, "Training", scope => Fit(input, scope), _options.CancellationToken);
    }

    private MultiTaskPredictionTransformer Fit(IDataView input, FitScope scope)
    {
        IChannel channel = scope.Channel;
        Check(SchemaShapes.Of(input));
        (TaskTable table, TaskLayout layout) = TaskTableReader.Read(input, _options.FeatureColumnName, _options.Tasks);
        TaskGrouping grouping = _options.Grouping ?? GroupColumn.Read(input, _options.GroupColumnName, layout.Tasks)
            ?? TaskGrouping.All(layout.Tasks.Count);
        FitLog.Data(channel, table, _seed);
        channel.Info(MessageSensitivity.Schema,
            $"Groups: {grouping} ({grouping.ToString([.. layout.Tasks.Select(t => t.Name)])})");
        GroupedTrainingResult result =
            SharedBottomLearner.TrainGroups(table, RowSplit.Random(table.RowCount, _options.ValidationFraction, _seed), grouping,
            _options.Training with { Seed = _seed }, _options.Checkpoints, scope.Token);
        for (int g = 0; g < result.Groups.Count; g++)
            channel.Info(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture,
                $"Group {g}: best epoch {result.Groups[g].BestEpoch} of {result.Groups[g].Epochs.Count}, stopped: " +
                $"{result.Groups[g].StopReason}"));
        FitLog.Limits(channel, result, _options.Training);
        return new MultiTaskPredictionTransformer(_context, result.Model, layout, _options.FeatureColumnName);
    }

    private void Check(SchemaShape schema)
    {
        TaskSchema.Check(schema, _options.FeatureColumnName, _options.Tasks);
        GroupColumn.Check(schema, _options);
    }
}
