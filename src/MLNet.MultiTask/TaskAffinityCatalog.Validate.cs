using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask;

public sealed partial class TaskAffinityCatalog
{
    /// <summary>
    /// Checks an affinity estimator against reality: really trains hold-out subsets of tasks and says how the estimates
    /// agree, next to what doing nothing reaches and to the ceiling that the noise of training sets.
    /// </summary>
    /// <param name="data">Features and labels.</param>
    /// <param name="options">Columns and split; the added column's name is not used.</param>
    /// <param name="method">The estimator to check.</param>
    /// <param name="validation">How much is retrained; null = the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of a wrong type, or an option is out of range.
    /// </exception>
    public AffinityValidationResult Validate(IDataView data, TaskAffinityEstimator.Options options,
        ITaskAffinityEstimator method,
        AffinityValidationOptions? validation = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(method);
        options.Validate();
        TaskSchema.Check(SchemaShapes.Of(data), options.FeatureColumnName, options.Tasks);
        IHost host = ((IHostEnvironment)_context).Register("MultiTask.Affinity.Validate");
        ulong seed = options.SeedOr(host);
        using IChannel channel = host.Start("Validating an affinity");
        FitData read = FitData.Read(data, null, options, seed, channel, wantsNormalized: true);
        RowSplit split = read.Split(options.ValidationFraction);
        return AffinityValidation.Run(read.Table, split, method, validation ?? new() { Seed = seed },
            options.CancellationToken);
    }
}
