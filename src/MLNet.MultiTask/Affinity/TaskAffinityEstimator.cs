using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Schema;

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
/// | `TaskAffinity` | Vector of Single, T×T | [i, j] = what task i gains from being trained with task j; higher is better; slot names `target<-source` |
///
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Is normalization required? | Yes |
/// | Is caching required? | No: the data is read once, by Fit |
/// | When is it computed? | When the column, or the transformer's `Affinity`, is first asked for |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class TaskAffinityEstimator : IEstimator<TaskAffinityTransformer>
{
    private readonly MLContext _context;
    private readonly IHost _host;
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

    /// <summary>Reads the data once; the estimate is made when it is asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a wrong type.</exception>
    /// <exception cref="ArgumentException">
    /// A feature, label or weight is out of range, or there are too few rows.
    /// </exception>
    public TaskAffinityTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel channel = _host.Start("Reading");
        TaskSchema.Check(SchemaShapes.Of(input), _options.FeatureColumnName, _options.Tasks);
        (TaskTable table, TaskLayout layout) = TaskTableReader.Read(input, _options.FeatureColumnName, _options.Tasks);
        FitLog.Data(channel, table, _seed);
        RowSplit split = RowSplit.Random(table.RowCount, _options.ValidationFraction, _seed);
        if (split.Validation.Length == 0)
            throw new ArgumentException($"An affinity is measured on held-out rows, and " +
                $"{_options.ValidationFraction} of {table.RowCount} rows are none; " +
                $"give more rows or a greater {nameof(_options.ValidationFraction)}", nameof(input));
        return new TaskAffinityTransformer(_context, _options.OutputColumnName, [.. layout.Tasks.Select(t => t.Name)],
            _method.Name, () => Estimate(table, split));
    }

    private TaskAffinity Estimate(TaskTable table, RowSplit split)
    {
        using IChannel channel = _host.Start(_method.Name);
        channel.Info(MessageSensitivity.None,
            $"Estimating the affinity of {table.Tasks.Count} tasks by {_method.Name}");
        TaskAffinity affinity = _method.Estimate(table, split, _options.CancellationToken);
        foreach (string warning in affinity.Warnings)
            channel.Warning(MessageSensitivity.None, warning);
        return affinity;
    }
}
