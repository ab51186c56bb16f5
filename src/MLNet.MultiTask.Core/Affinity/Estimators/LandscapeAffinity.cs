using System.Numerics.Tensors;
using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Sample-wise optimisation landscape (Thakur et al., 2024): nothing is trained. From one initial network, the same for
/// every task, each sample makes one gradient step; tasks whose steps are close are alike: T[i, j] = exp(−a / median
/// a), a = mean L1 distance of the trunk's per-sample gradients, every layer in units of its mean gradient, mean over
/// several initial networks. Samples are paired on the rows that both tasks label; if some pair of tasks has no such
/// row, the k-th samples of the tasks are paired instead. Symmetric; the diagonal is 1.
/// </summary>
/// <param name="options">Networks and samples.</param>
public sealed class LandscapeAffinity(LandscapeOptions options) : ITaskAffinityEstimator
{
    private readonly LandscapeOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Landscape";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A task has no observed training or validation row (it is named), or cannot be learned.
    /// </exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        _options.Validate();
        ObservedTasks.ThrowIfAbsent(table, split);
        int n = table.Tasks.Count;
        (int[][] rows, bool paired) = Draw(table, split.Train);
        var distances = new double[n * n];
        for (int r = 0; r < _options.Initializations; r++)
        {
            var gradients = new SampleGradients(CommonNetwork(table, split, r), table, rows,
                cancellationToken);
            double[] own = SymmetricPairs.Of(n, diagonal: 0, (i, j) => paired ? gradients.PairedDistance(i, j)
                : gradients.Distance(i, j),
                _options.Threads, cancellationToken);
            TensorPrimitives.Add<double>(distances, own, distances);
        }
        return DistanceSimilarity.ToAffinity(table.Tasks, distances, "a gradient is not a number", Name,
            new Dictionary<string, double>
            {
                ["pairedRows"] = paired ? 1 : 0,
                ["samples"] = rows.Min(r => r.Length),
            });
    }

    /// <summary>Each task's rows, and whether any two tasks share some.</summary>
    private (int[][] Rows, bool Paired) Draw(TaskTable table, int[] train)
    {
        int[] shuffled = [.. train];
        new RandomStream(_options.Seed, "landscape/rows").Shuffle<int>(shuffled);
        int n = table.Tasks.Count;
        int[][] common = [.. Enumerable.Range(0, n).Select(t =>
            shuffled.Take(_options.Samples).Where(r => table.IsObserved(r, t)).ToArray())];
        bool paired = Enumerable.Range(0, n).All(i =>
            Enumerable.Range(0, i).All(j => Array.Exists(common[i], r => table.IsObserved(r, j))));
        return paired ? (common, true)
            : ([.. Enumerable.Range(0, n).Select(t =>
                shuffled.Where(r => table.IsObserved(r, t)).Take(_options.Samples).ToArray())], false);
    }

    /// <summary>
    /// A fresh network whose heads are the same for all tasks, output by output, so that only labels and rows tell
    /// tasks apart.
    /// </summary>
    private SharedBottomNetwork CommonNetwork(TaskTable table, RowSplit split, int index)
    {
        ulong seed = new RandomStream(_options.Seed, "landscape/network", index).NextUInt64();
        var problem = new Training.TrainingProblem(table, split, [.. Enumerable.Range(0, table.Tasks.Count)]);
        SharedBottomNetwork fresh =
            SharedBottomNetwork.Initialize(new NetworkShape(table.FeatureCount,
                _options.Hidden, table.Tasks, _options.LayerNorm), seed);
        LayerShape head = fresh.Shape.Layer(fresh.Shape.LayerCount - 1);
        float bound = 1 / MathF.Sqrt(head.Inputs);
        for (int t = 0; t < table.Tasks.Count; t++)
            for (int k = 0; k < table.Tasks[t].OutputCount; k++)
            {
                var stream = new RandomStream(seed, "landscape/head", k);
                int output = fresh.Shape.OutputOffset(t) + k;
                fresh.Parameters[head.BiasOffset + output] = (2 * stream.NextSingle() - 1) * bound;
                foreach (ref float weight in fresh.Parameters.AsSpan(head.WeightOffset + output * head.Inputs,
                    head.Inputs))
                    weight = (2 * stream.NextSingle() - 1) * bound;
            }
        return new SharedBottomNetwork(fresh.Shape, fresh.Parameters, problem.Means, problem.Scales);
    }
}
