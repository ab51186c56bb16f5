using System.Globalization;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Fitting;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask;

/// <summary>Turns the affinity of tasks into groups of tasks to be learned together.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this estimator, use one of the methods of `mlContext.MultiTask().Grouping`.
///
/// ### Input and Output Columns
/// | Column | Type | Description |
/// | -- | -- | -- |
/// | `TaskAffinity` (input) | Vector of Single, T×T | As `mlContext.MultiTask().Affinity` writes it; its first row is
/// read, by Fit |
/// | `TaskGroup` (output) | Vector of Key, T | The group of each task, from 1; key values = the names of the group's
/// tasks |
///
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | When is it computed? | By Fit, and never later |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class TaskGroupingEstimator : IEstimator<TaskGroupingTransformer>
{
    private readonly MLContext _context;
    private readonly IHost _host;
    private readonly ContextWatch _watch;
    private readonly Options _options;
    private readonly ITaskGroupingSolver _solver;

    internal TaskGroupingEstimator(MLContext context, Options options, ITaskGroupingSolver solver)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(solver);
        ArgumentException.ThrowIfNullOrEmpty(options.AffinityColumnName, nameof(options.AffinityColumnName));
        ArgumentException.ThrowIfNullOrEmpty(options.OutputColumnName, nameof(options.OutputColumnName));
        (_context, _options, _solver) = (context, options, solver);
        _host = ((IHostEnvironment)context).Register("MultiTask.Grouping");
        _watch = new ContextWatch(context);
    }

    /// <summary>Options of <see cref="TaskGroupingEstimator"/>, whatever the solver.</summary>
    public sealed class Options
    {
        /// <summary>The column with the affinity.</summary>
        /// <value>The default value is "TaskAffinity".</value>
        public string AffinityColumnName { get; set; } = "TaskAffinity";

        /// <summary>The added column.</summary>
        /// <value>The default value is "TaskGroup".</value>
        public string OutputColumnName { get; set; } = "TaskGroup";

        /// <summary>Looked at every iteration.</summary>
        public CancellationToken CancellationToken { get; set; }
    }

    /// <summary>The input's columns and the groups.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The affinity is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        AffinityColumn.Check(inputSchema, _options.AffinityColumnName);
        return SchemaShapes.Add(_context, inputSchema,
            [GroupColumn.Describe(_options.OutputColumnName, ["0"], TaskGrouping.All(1))]);
    }

    /// <summary>Reads the affinity and solves for the groups, which may take long.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The affinity is missing or of a wrong type.</exception>
    /// <exception cref="OperationCanceledException">
    /// <see cref="Options.CancellationToken"/> or the <see cref="MLContext"/> was cancelled; fitting again begins anew.
    /// </exception>
    public TaskGroupingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return FitScope.Run(_host, _watch, _solver.Name, scope => Fit(input, scope), _options.CancellationToken);
    }

    private TaskGroupingTransformer Fit(IDataView input, FitScope scope)
    {
        AffinityColumn.Check(SchemaShapes.Of(input), _options.AffinityColumnName);
        TaskAffinity affinity = AffinityColumn.Read(input, _options.AffinityColumnName);
        GroupingResult result = _solver.Solve(affinity, scope.Token);
        scope.Channel.Info(MessageSensitivity.Schema, string.Create(CultureInfo.InvariantCulture,
            $"{result.Solver}: {result.Grouping} ({result.Grouping.ToString(affinity.TaskNames)}), objective " +
            $"{result.Objective}, stopped: {result.StopReason}"));
        if (affinity.Tie is { } tie)
            scope.Channel.Warning(MessageSensitivity.None, $"{result.Solver}: {tie}");
        if (result is { ReachedLimit: { } limit, IsOptimal: false })
            scope.Channel.Warning(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture,
                $"{result.Solver} stopped after {result.Iterations} iterations, because {result.StopReason}: a " +
                $"better grouping may exist; raise {limit} of the solver's options"));
        return new TaskGroupingTransformer(_context, _options.OutputColumnName, affinity.TaskNames, result);
    }
}
