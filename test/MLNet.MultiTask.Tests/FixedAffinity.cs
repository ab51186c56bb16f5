using Microsoft.ML;
using MLNet.MultiTask.Affinity;

namespace MLNet.MultiTask.Tests;

/// <summary>Says that tasks 0 and 1 help one another, and 2 and 3; counts how often it is asked.</summary>
internal sealed class FixedAffinity : ITaskAffinityEstimator
{
    public int Calls { get; private set; }

    public string Name => "Fixed";

    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Calls++;
        int n = table.Tasks.Count;
        double[] values = [.. Enumerable.Range(0, n * n).Select(c => c / n / 2 == c % n / 2 ? 1 + 0.25 * c : -1)];
        return new TaskAffinity([.. table.Tasks.Select(t => t.Name)], values, Name)
        {
            PairCounts = [.. Enumerable.Range(0, n * n)],
            Diagnostics = new Dictionary<string, double> { ["rows"] = table.RowCount, ["none"] = double.NaN },
        };
    }

    public static TaskAffinityTransformer Transformer(MLContext context, IDataView data,
        FixedAffinity? method = null) =>
        context.MultiTask().Affinity.Custom(new TaskAffinityEstimator.Options { Tasks = Sample.Tasks, Seed = 1 }, method
            ?? new()).Fit(data);

    public static IDataView Fit(MLContext context, IDataView data) => Transformer(context, data).Transform(data);
}
