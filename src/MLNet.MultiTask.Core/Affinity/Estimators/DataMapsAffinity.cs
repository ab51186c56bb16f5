using MLNet.MultiTask.Gradients;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Data maps (STG-MTL; Sherif, Abid, Elattar, ElHelw, 2023): while one network of all tasks is trained, the probability
/// of the true class is recorded per task, training point and epoch; a task's map is the mean and standard deviation
/// over epochs of every point. Tasks whose maps are close are learned alike: T[i, j] = exp(−d / median d), d = root
/// mean square distance of the maps over the points both tasks label. For a regression the probability is exp(−|error|
/// / standard deviation of the target). Symmetric; the diagonal is 1; a pair without a point in common is not measured.
/// </summary>
/// <param name="options">How the network is trained.</param>
public sealed class DataMapsAffinity(DataMapsOptions options) : ITaskAffinityEstimator
{
    private readonly DataMapsOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "Data maps";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A task cannot be learned (it is named), or no training row holds labels of two tasks (task-indexed data), so
    /// maps share no point.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        _options.Validate();
        int n = table.Tasks.Count;
        var maps = new Recorder(table, split.Train);
        NetworkTrainer.Train(table, split, [.. Enumerable.Range(0, n)], _options.ObservedTraining(), maps,
            cancellationToken);
        double[] distances = SymmetricPairs.Of(n, diagonal: 0, maps.Distance, _options.Threads, cancellationToken);
        if (n > 1 && distances.Count(double.IsNaN) == n * (n - 1))
            throw new ArgumentException(
                $"None of the {split.Train.Length} training rows holds labels of two tasks, so their data maps share " +
                "no point; choose another affinity", nameof(table));
        return DistanceSimilarity.ToAffinity(table.Tasks, distances, "no training row holds labels of both", Name,
            new Dictionary<string, double> { ["epochs"] = maps.Epochs });
    }

    /// <summary>Running mean and spread over epochs of every (point, task), by Welford's recurrence.</summary>
    internal sealed class Recorder(TaskTable table, int[] rows) : ITrainingObserver
    {
        private const int Block = 256;
        private readonly double[] _mean = new double[rows.Length * table.Tasks.Count];
        private readonly double[] _squares = new double[rows.Length * table.Tasks.Count];

        public int Epochs { get; private set; }

        public void OnEpoch(SharedBottomNetwork network, int epoch)
        {
            Epochs++;
            for (int from = 0; from < rows.Length; from += Block)
            {
                ReadOnlySpan<int> block = rows.AsSpan(from, Math.Min(Block, rows.Length - from));
                var activations = new TrunkActivations(network, table, block);
                for (int r = 0; r < block.Length; r++)
                    for (int t = 0; t < table.Tasks.Count; t++)
                        if (table.IsObserved(block[r], t))
                            Add((from + r) * table.Tasks.Count + t,
                                Probability(network, t, activations.Outputs(r, t), table.Label(block[r], t)));
            }
        }

        /// <summary>Mean over epochs of one point, and its standard deviation (over epochs − 1).</summary>
        public (double Mean, double Deviation) Map(int point, int task)
        {
            int cell = point * table.Tasks.Count + task;
            return (_mean[cell], Epochs > 1 ? Math.Sqrt(_squares[cell] / (Epochs - 1)) : 0);
        }

        /// <summary>Root mean square distance of two maps; NaN without a common point.</summary>
        public double Distance(int i, int j)
        {
            double sum = 0;
            int points = 0;
            for (int p = 0; p < rows.Length; p++)
            {
                if (!table.IsObserved(rows[p], i) || !table.IsObserved(rows[p], j))
                    continue;
                (double meanI, double deviationI) = Map(p, i);
                (double meanJ, double deviationJ) = Map(p, j);
                sum += (meanI - meanJ) * (meanI - meanJ) + (deviationI - deviationJ) * (deviationI - deviationJ);
                points++;
            }
            return points == 0 ? double.NaN : Math.Sqrt(sum / points);
        }

        private void Add(int cell, double value)
        {
            double difference = value - _mean[cell];
            _mean[cell] += difference / Epochs;
            _squares[cell] += difference * (value - _mean[cell]);
        }

        private static double Probability(SharedBottomNetwork network, int task, ReadOnlySpan<float> outputs,
            float label)
        {
            TaskKind kind = network.Shape.Tasks[task].Kind;
            if (kind == TaskKind.Regression)
                return Math.Exp(
                    -Math.Abs((label - network.TargetMeans[task]) / network.TargetScales[task] - outputs[0]));
            Span<float> direction = new float[outputs.Length];
            return Math.Exp(-OutputLoss.At(kind, outputs, label, direction).Loss);
        }
    }
}
