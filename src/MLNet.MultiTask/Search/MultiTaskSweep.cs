using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Schema;
using MLNet.MultiTask.Search;
using MLNet.MultiTask.Trainers;

namespace MLNet.MultiTask;

/// <summary>
/// Searches over groupings of tasks, learners and their settings by really training, and returns the best model.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this estimator, use `mlContext.MultiTask().Sweep(tasks, ...)`.
///
/// ### Input and Output Columns
/// Input: the features, a known-sized vector of `Single`, all finite, and the label columns of the tasks. Output: the
/// columns that the trainers add, see `SharedBottomTrainer`.
///
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Binary, multi-class and regression tasks together |
/// | Is normalization required? | Yes |
/// | Is caching required? | No: the data is read once |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask |
///
/// ### Background
/// Every trial trains the groups of a grouping and is judged on rows that neither trained nor stopped anything, in
/// several folds. A group that several trials hold is trained once. First every task alone, all together and what the
/// affinity suggests are tried; then moves on the partition, scored by a regression of the tasks' losses on who shared
/// a group with whom, whose prior is the affinity. The choice is the trial with the fewest models within a standard
/// error of the lowest loss, trained once more on all rows.
/// ]]></format>
/// </remarks>
public sealed class MultiTaskSweep : IEstimator<MultiTaskPredictionTransformer>
{
    private readonly MLContext _context;
    private readonly IHost _host;
    private readonly Options _options;
    private readonly ulong _seed;

    internal MultiTaskSweep(MLContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_context, _options) = (context, options);
        _host = ((IHostEnvironment)context).Register("MultiTask.Sweep");
        _seed = options.SeedOr(_host);
        SweepOptions(null).Validate();
    }

    /// <summary>Options of <see cref="MultiTaskSweep"/>.</summary>
    public sealed class Options : MultiTaskOptions
    {
        /// <summary>How long the search lasts, and what it keeps to.</summary>
        /// <value>The default value is 30 trials.</value>
        public SweepBudget Budget { get; set; } = new() { MaxTrials = 30 };

        /// <summary>The learners to choose from, the usual one first.</summary>
        /// <value>
        /// The default value is null: a shared-bottom network with a choice of <see cref="Hidden"/> layers and
        /// <see cref="LearningRates"/>.
        /// </value>
        public IReadOnlyList<SweepLearner>? Learners { get; set; }

        /// <summary>Network and optimiser where <see cref="Learners"/> is null.</summary>
        /// <value>The default value is the defaults of <see cref="TrainingOptions"/>.</value>
        public TrainingOptions Training { get; set; } = new();

        /// <summary>
        /// Widths of the shared layers to choose from, such as "64,32", besides those of <see cref="Training"/>.
        /// </summary>
        /// <value>The default value is empty.</value>
        public IReadOnlyList<string> Hidden { get; set; } = [];

        /// <summary>Step sizes to choose from besides that of <see cref="Training"/>.</summary>
        /// <value>The default value is empty.</value>
        public IReadOnlyList<float> LearningRates { get; set; } = [];

        /// <summary>
        /// Whether a task may also help to train groups that do not serve it, such as 4 in <c>0,1,(4)|2,3,4</c>.
        /// </summary>
        /// <value>The default value is false: every task is in one group.</value>
        public bool Helpers { get; set; }

        /// <summary>
        /// Whether the groups of a grouping may have different learners and settings; see
        /// <see cref="MLNet.MultiTask.SweepOptions.SettingsPerGroup"/>.
        /// </summary>
        /// <value>The default value is false.</value>
        public bool SettingsPerGroup { get; set; }

        /// <summary>
        /// Whether a task may be served by another trained group than the winner's where that was better by more than a
        /// standard error.
        /// </summary>
        /// <value>The default value is false.</value>
        public bool Ensemble { get; set; }

        /// <summary>Trains the chosen groups once more on all rows but those that stop them.</summary>
        /// <value>The default value is true.</value>
        public bool Refit { get; set; } = true;

        /// <summary>
        /// Epochs after which losers may be stopped, ascending; see <see cref="MLNet.MultiTask.SweepOptions.Rungs"/>.
        /// </summary>
        /// <value>The default value is empty.</value>
        public IReadOnlyList<int> Rungs { get; set; } = [];

        /// <summary>File that keeps every trial, so that an interrupted <see cref="Fit(IDataView)"/> goes on.</summary>
        /// <value>The default value is null: nothing is kept.</value>
        public string? HistoryFile { get; set; }
    }

    /// <summary>What the latest <see cref="Fit(IDataView)"/> found; null before the first.</summary>
    public SweepResult? Result { get; private set; }

    /// <summary>The input's columns and the scored ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TaskSchema.Check(inputSchema, _options.FeatureColumnName, _options.Tasks);
        return SchemaShapes.Add(_context, inputSchema, ScoredColumns.Promised(inputSchema, _options.Tasks));
    }

    /// <summary>Reads the data once, sweeps, and returns the best model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    /// <exception cref="ArgumentException">A feature, label or weight is out of range, or the constraints cannot be
    /// met.</exception>
    /// <exception cref="InvalidOperationException">No trial succeeded; counts and the first error are in the
    /// message.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before any trial was completed; later, the best so far is
    /// returned.</exception>
    public MultiTaskPredictionTransformer Fit(IDataView input) => FitTo(input, null);

    /// <summary>The same, judging every trial on rows of one's own in place of folds.</summary>
    /// <param name="input">Rows to train on.</param>
    /// <param name="validation">The same columns; tasks and classes are matched by name.</param>
    /// <inheritdoc cref="Fit(IDataView)"/>
    public MultiTaskPredictionTransformer Fit(IDataView input, IDataView validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        return FitTo(input, validation);
    }

    /// <summary>The learners to choose from.</summary>
    internal IReadOnlyList<SweepLearner> Learners =>
        _options.Learners ?? [NetworkSweep.Learner(_options.Training, _options.Hidden, _options.LearningRates)];

    /// <summary>Reads the data and begins, for whoever runs the trials.</summary>
    internal SweepSession Begin(IDataView input, IDataView? validation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        IChannel channel = _host.Start("Sweep");
        SweepRun? run = null;
        try
        {
            SchemaShape shape = SchemaShapes.Of(input);
            TaskSchema.Check(shape, _options.FeatureColumnName, _options.Tasks);
            FitLog.Hidden(channel, input.Schema, ScoredColumns.Promised(shape, _options.Tasks).Select(c => c.Name));
            FitData data = FitData.Read(input, validation, _options, _seed, channel,
                wantsNormalized: _options.Learners is null);
            string[] names = [.. data.Layout.Tasks.Select(t => t.Name)];
            SweepOptions options = SweepOptions(data);
            var learnable = LearnableSweep.Of(data.Table, options with
            {
                Progress = SweepLog.Progress(channel, options.Progress, names),
            });
            run = new SweepRun(learnable.Table, learnable.Options, cancellationToken);
            run.Begin();
            return new SweepSession(run, Learners, channel, own =>
            {
                Result = learnable.Result(own);
                SweepLog.Result(channel, Result, names);
                return new MultiTaskPredictionTransformer(_context, Result.Model, data.Layout,
                    _options.FeatureColumnName);
            });
        }
        catch
        {
            run?.Dispose();
            channel.Dispose();
            throw;
        }
    }

    private MultiTaskPredictionTransformer FitTo(IDataView input, IDataView? validation)
    {
        using SweepSession session = Begin(input, validation, _options.CancellationToken);
        return session.Finish(session.Run.Trials());
    }

    private SweepOptions SweepOptions(FitData? data) => _options.Budget.For(Learners,
        _options.Training with { Seed = _seed }, data, _options) with
        {
            Helpers = _options.Helpers,
            SettingsPerGroup = _options.SettingsPerGroup,
            Ensemble = _options.Ensemble,
            Refit = _options.Refit,
            Rungs = _options.Rungs,
            HistoryFile = _options.HistoryFile,
        };
}
