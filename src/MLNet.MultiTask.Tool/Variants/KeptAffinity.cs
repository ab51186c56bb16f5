using MLNet.MultiTask.Data;
using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tool.Variants;

/// <summary>An affinity that is estimated once and kept with the checkpoints.</summary>
internal sealed class KeptAffinity(string method, string file, TrainingOptions training, Checkpoints? checkpoints,
    ToolConsole console) : ITaskAffinityEstimator
{
    private readonly ITaskAffinityEstimator _estimator = AffinityMethods.Create(method, training);

    public string Name => _estimator.Name;

    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        return checkpoints?.Affinity(method, table, split, file, training, Now) ?? Now();

        TaskAffinity Now()
        {
            console.Note($"Estimating the affinity of {Counted.Of(table.Tasks.Count, "task")} ({Name}) …");
            return _estimator.Estimate(table, split, cancellationToken);
        }
    }
}
