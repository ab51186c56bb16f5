using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Fitting;
using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask;

/// <summary>Estimates which tasks help one another.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this estimator, use one of the methods of `mlContext.MultiTask().Affinity`.
///
/// ### Input and Output Columns
/// Input: the features, a known-sized vector of `Single`, all finite, and per task a label column (see `TaskColumn`).
///
/// | Output column | Type | Description |
/// | -- | -- | -- |
/// | `TaskAffinity` | Vector of Single, T×T | [i, j] = what task i gains from being trained with task j; higher is
/// better; slot names `target<-source` |
///
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Is normalization required? | Yes |
/// | Is caching required? | No: the data is read once, by Fit |
/// | When is it computed? | By Fit, and never later |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class TaskAffinityEstimator : IEstimator<TaskAffinityTransformer>
{
    private readonly MLContext _context;
    private readonly IHost _host;
    private readonly ContextWatch _watch;
    private readonly Options _options;
    private readonly ITaskAffinityEstimator _method;
    private readonly ulong _seed;

    internal TaskAffinityEstimator(MLContext context, Options options, Func<ulong, ITaskAffinityEstimator> method)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ArgumentException.ThrowIfNullOrEmpty(options.OutputColumnName, nameof(options.OutputColumnName));
        (_context, _options) = (context, options);
        _host = ((IHostEnvironment)context).Register("MultiTask.Affinity");
        _seed = options.SeedOr(_host);
        _method = method(_seed);
        _watch = new ContextWatch(context);
    }

    /// <summary>Options of <see cref="TaskAffinityEstimator"/>, whatever the method.</summary>
    public sealed class Options : MultiTaskOptions
    {
        /// <summary>The added column.</summary>
        /// <value>The default value is "TaskAffinity".</value>
        public string OutputColumnName { get; set; } = "TaskAffinity";
    }

    /// <summary>The input's columns and the affinity.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TaskSchema.Check(inputSchema, _options.FeatureColumnName, _options.Tasks);
        return SchemaShapes.Add(_context, inputSchema,
            [AffinityColumn.Describe(_options.OutputColumnName, ["0"], _method.Name)]);
    }

    /// <summary>Reads the data once and estimates, which may take long.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    /// <exception cref="ArgumentException">
    /// A feature, label or weight is out of range, there are too few rows, or no task can be measured.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// <see cref="MultiTaskOptions.CancellationToken"/> or the <see cref="MLContext"/> was cancelled; fitting again
    /// begins anew.
    /// </exception>
    public TaskAffinityTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return FitScope.Run(_host, _watch, _method.Name, scope => Fit(input, scope), _options.CancellationToken);
    }

    private TaskAffinityTransformer Fit(IDataView input, FitScope scope)
    {
        TaskSchema.Check(SchemaShapes.Of(input), _options.FeatureColumnName, _options.Tasks);
        FitLog.Hidden(scope.Channel, input.Schema, [_options.OutputColumnName]);
        FitData data = FitData.Read(input, null, _options, _seed, scope.Channel, wantsNormalized: true);
        TaskTable table = data.Table;
        RowSplit split = data.Split(_options.ValidationFraction);
        if (split.Validation.Length == 0)
            throw new ArgumentException($"An affinity is measured on held-out rows, and " +
                $"{_options.ValidationFraction} of {Counted.Of(table.RowCount, "row")} are none; " +
                $"give more rows or a greater {nameof(_options.ValidationFraction)}", nameof(input));
        scope.Channel.Info(MessageSensitivity.None,
            $"Estimating the affinity of {Counted.Of(table.Tasks.Count, "task")} by {_method.Name}");
        TaskAffinity affinity = LearnableAffinity.Estimate(_method, table, split, _options.Unlearnable,
            new PhaseLog(scope.Channel, _options.FitProgress), scope.Token);
        foreach (string warning in affinity.Warnings)
            scope.Channel.Warning(MessageSensitivity.Schema, warning);
        return new TaskAffinityTransformer(_context, _options.OutputColumnName, affinity.WithoutPredictions());
    }
}
