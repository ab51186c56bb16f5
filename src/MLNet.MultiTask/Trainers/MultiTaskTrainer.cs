using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Fitting;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Schema;
using MLNet.MultiTask.Search;
using MLNet.MultiTask.Trainers;

namespace MLNet.MultiTask;

/// <summary>
/// What the trainers of this library share: the data is read once, the grouping is found, and one
/// <see cref="IGroupLearner"/> is fitted per group.
/// </summary>
public abstract class MultiTaskTrainer : IEstimator<MultiTaskPredictionTransformer>
{
    private readonly MLContext _context;
    private readonly IHost _host;
    private readonly ContextWatch _watch;
    private readonly MultiTaskOptions _options;

    private protected MultiTaskTrainer(MLContext context, string name, MultiTaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_context, _options) = (context, options);
        _host = ((IHostEnvironment)context).Register($"MultiTask.{name}");
        Seed = options.SeedOr(_host);
        _watch = new ContextWatch(context);
    }

    /// <summary>Seed of everything random.</summary>
    private protected ulong Seed { get; }

    /// <summary>The grouping where neither an option nor a column says one.</summary>
    private protected virtual TaskGrouping DefaultGrouping(int taskCount) => TaskGrouping.All(taskCount);

    /// <summary>Fits one group.</summary>
    private protected abstract IGroupLearner Learner { get; }

    /// <summary>Fits one group, given what the column of features says of itself.</summary>
    private protected virtual IGroupLearner LearnerFor(DataViewSchema.Column features, IChannel channel) => Learner;

    /// <summary>A learner whose one model of all tasks holds the groups within it; null = a model per group.</summary>
    private protected virtual IGroupLearner? LearnerOfAll(TaskGrouping grouping) => null;

    /// <summary>Threads and progress of a fit, where the options say them.</summary>
    private protected virtual LearnerRun Run => new();

    /// <summary>The most epochs of a group, null where that is not known.</summary>
    private protected virtual int? MaxEpochs => null;

    /// <summary>The most steps of a group, null where there is no such limit.</summary>
    private protected virtual int? MaxSteps => null;

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
        return FitScope.Run(_host, _watch, "Training", scope => Fit(input, null, scope), _options.CancellationToken);
    }

    /// <summary>The same with rows of one's own that decide when to stop; none is held out of the input.</summary>
    /// <param name="input">Rows to train on.</param>
    /// <param name="validation">The same columns; tasks and classes are matched by name.</param>
    /// <inheritdoc cref="Fit(IDataView)"/>
    public MultiTaskPredictionTransformer Fit(IDataView input, IDataView validation)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(validation);
        return FitScope.Run(_host, _watch, "Training", scope => Fit(input, validation, scope),
            _options.CancellationToken);
    }

    /// <summary>Says what should be known of a fit besides its groups.</summary>
    private protected virtual void Warn(IChannel channel, GroupedTrainingResult result)
    {
    }

    /// <summary>Whether features of very different scales harm the learner.</summary>
    private protected virtual bool WantsNormalizedFeatures => false;

    private MultiTaskPredictionTransformer Fit(IDataView input, IDataView? validation, FitScope scope)
    {
        SchemaShape shape = SchemaShapes.Of(input);
        Check(shape);
        if (validation is not null)
            Check(SchemaShapes.Of(validation));
        FitLog.Hidden(scope.Channel, input.Schema, ScoredColumns.Promised(shape, _options.Tasks).Select(c => c.Name));
        if (validation is not null && (_options as GroupTrainerOptions)?.Folds is { } given)
            throw new ArgumentException($"{nameof(GroupTrainerOptions.Folds)} = {given} takes its validation rows " +
                "from the input; leave it out where validation rows are given", nameof(validation));
        FitData data = FitData.Read(input, validation, _options, Seed, scope.Channel,
            WantsNormalizedFeatures);
        TaskLayout layout = data.Layout;
        var groups = _options as GroupTrainerOptions;
        if (groups?.ClassWeighting == ClassWeighting.Balanced)
            data = data with { Table = ClassWeights.Balanced(data.Table) };
        IGroupLearner learner = LearnerFor(input.Schema[_options.FeatureColumnName], scope.Channel);
        TaskGrouping grouping = groups?.Grouping is { Budget: { } budget } search
            ? Search(budget, search.Helpers, data, learner, scope)
            : groups?.Grouping?.Given ?? GroupColumn.Read(input, groups?.GroupColumnName, layout.Tasks)
                ?? DefaultGrouping(layout.Tasks.Count);
        scope.Channel.Info(MessageSensitivity.Schema,
            $"Groups: {grouping} ({grouping.ToString([.. layout.Tasks.Select(t => t.Name)])})");
        IGroupLearner? inOne = grouping.Count > 1 ? LearnerOfAll(grouping) : null;
        GroupedTrainingResult result = GroupedTrainer.Train(data.Table, SplitOf(data),
            inOne is null ? grouping : TaskGrouping.All(grouping.TaskCount), LearnerOf(data, inOne ?? learner), Run with
            {
                Seed = Seed,
                Progress = Run.Progress ?? new EpochLog(scope.Channel, _options.FitProgress, grouping.Count, MaxEpochs,
                    MaxSteps),
                Checkpoints = groups?.Checkpoints,
                CancellationToken = scope.Token,
            }, _options.Unlearnable);
        Log(scope.Channel, result.Groups);
        Warn(scope.Channel, result);
        return new MultiTaskPredictionTransformer(_context, result.Model, layout, _options.FeatureColumnName);
    }

    // Folds divide the rows by themselves.
    private RowSplit SplitOf(FitData data) => (_options as GroupTrainerOptions)?.Folds is null
        ? data.Split(_options.ValidationFraction) : new RowSplit([.. Enumerable.Range(0, data.Table.RowCount)], []);

    private IGroupLearner LearnerOf(FitData data, IGroupLearner learner) =>
        (_options as GroupTrainerOptions)?.Folds is not { } folds ? learner
            : new FoldsLearner(learner, folds, data.Splitter);

    /// <summary>The grouping that is best by really training, on rows that neither train nor stop anything.</summary>
    private TaskGrouping Search(SweepBudget budget, bool helpers, FitData data, IGroupLearner learner,
        FitScope scope)
    {
        string[] names = [.. data.Layout.Tasks.Select(t => t.Name)];
        SweepOptions options = budget.For([new SweepLearner(learner)], new TrainingOptions
        {
            Seed = Seed, Threads = Run.Threads,
        }, data, _options);
        SweepResult found = GroupingSweep.Run(data.Table, options with
        {
            Helpers = helpers,
            Refit = false,
            Progress = SweepLog.Progress(scope.Channel, options.Progress, names),
        }, scope.Token);
        scope.Token.ThrowIfCancellationRequested();
        SweepLog.Result(scope.Channel, found, names);
        return found.Best.Point.Grouping;
    }

    private static void Log(IChannel channel, IReadOnlyList<GroupFit> groups)
    {
        for (int g = 0; g < groups.Count; g++)
        {
            if (groups[g].Epochs.Count > 0)
                channel.Info(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture,
                    $"Group {g}: best epoch {groups[g].BestEpoch} of {groups[g].Epochs.Count}, stopped: " +
                    $"{groups[g].StopReason}"));
            foreach (string note in groups[g].Notes)
                channel.Info(MessageSensitivity.Schema, note);
        }
    }

    private void Check(SchemaShape schema)
    {
        TaskSchema.Check(schema, _options.FeatureColumnName, _options.Tasks);
        if (_options is GroupTrainerOptions groups)
            GroupColumn.Check(schema, groups.GroupColumnName, groups.Grouping?.ToString());
    }
}
