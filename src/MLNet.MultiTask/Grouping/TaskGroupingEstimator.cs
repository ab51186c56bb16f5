using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask;

/// <summary>Turns the affinity of tasks into groups of tasks to be learned together.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this estimator, use one of the methods of `mlContext.MultiTask().Grouping`.
///
/// ### Input and Output Columns
/// | Column | Type | Description |
/// | -- | -- | -- |
/// | `TaskAffinity` (input) | Vector of Single, T×T | As `mlContext.MultiTask().Affinity` writes it; its first row is read, by Fit |
/// | `TaskGroup` (output) | Vector of Key, T | The group of each task, from 1; key values = the names of the group's tasks |
///
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | When is it computed? | When the column, or the transformer's `Grouping`, is first asked for |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class TaskGroupingEstimator : IEstimator<TaskGroupingTransformer>
{
    private readonly MLContext _context;
    private readonly IHost _host;
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
            [GroupColumn.Describe(_options.OutputColumnName, ["0"], () => TaskGrouping.All(1))]);
    }

    /// <summary>Reads the affinity; the groups are solved for when they are asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The affinity is missing or of a wrong type.</exception>
    public TaskGroupingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        AffinityColumn.Check(SchemaShapes.Of(input), _options.AffinityColumnName);
        TaskAffinity affinity = AffinityColumn.Read(input, _options.AffinityColumnName);
        return new TaskGroupingTransformer(_context, _options.OutputColumnName, affinity.TaskNames, () =>
            Solve(affinity));
    }

    private GroupingResult Solve(TaskAffinity affinity)
    {
        using IChannel channel = _host.Start(_solver.Name);
        GroupingResult result = _solver.Solve(affinity, _options.CancellationToken);
        channel.Info(MessageSensitivity.Schema, string.Create(CultureInfo.InvariantCulture,
            $"{result.Solver}: {result.Grouping} ({result.Grouping.ToString(affinity.TaskNames)}), objective " +
            $"{result.Objective}, stopped: {result.StopReason}"));
        return result;
    }
}
