using MLNet.MultiTask.Data;

namespace MLNet.MultiTask;

/// <summary>
/// The data of a multi-task problem, held once: features (n×d), labels (n×T, NaN = not observed) and optional
/// weights (n×T). Both ways to state a problem — many label columns, or one label column with a task-id column — become
/// this.
/// </summary>
public sealed class TaskTable
{
    private readonly Lazy<ulong> _contentHash;
    private readonly Lazy<string[]> _parts;
    private readonly int _taskCount;

    /// <summary>Takes ownership of the arrays (they are not copied) and checks every cell.</summary>
    /// <param name="features">n×d, row-major; all finite.</param>
    /// <param name="featureCount">d, at least 1.</param>
    /// <param name="tasks">The T tasks; names unique.</param>
    /// <param name="labels">n×T, row-major; 0/1, class index or value by kind of task; NaN = not observed.</param>
    /// <param name="weights">n×T, row-major, finite and ≥ 0 (0 = not observed); null = all 1.</param>
    /// <param name="allowMissingFeatures">
    /// Features may be NaN, which is missing: for learners that know what to do, as forests.
    /// </param>
    /// <exception cref="ArgumentException">Lengths disagree, a name repeats, or a cell is out of range (row and task or
    /// column are named).</exception>
    public TaskTable(float[] features, int featureCount, IReadOnlyList<TaskInfo> tasks, float[] labels,
        float[]? weights = null, bool allowMissingFeatures = false)
        : this(new FeatureMatrix(features, featureCount), tasks, labels, weights, allowMissingFeatures)
    {
    }

    /// <summary>The same from features that may be sparse.</summary>
    /// <param name="features">n×d; all finite.</param>
    /// <param name="tasks">The T tasks; names unique.</param>
    /// <param name="labels">n×T, row-major; 0/1, class index or value by kind of task; NaN = not observed.</param>
    /// <param name="weights">n×T, row-major, finite and ≥ 0 (0 = not observed); null = all 1.</param>
    /// <param name="allowMissingFeatures">Whether a feature may be NaN.</param>
    /// <exception cref="ArgumentException">Lengths disagree, a name repeats, or a cell is out of range (row and task or
    /// column are named).</exception>
    public TaskTable(FeatureMatrix features, IReadOnlyList<TaskInfo> tasks, float[] labels, float[]? weights = null,
        bool allowMissingFeatures = false)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(tasks);
        if (tasks.Count == 0)
            throw new ArgumentException("At least one task is needed", nameof(tasks));
        (Features, Tasks, Labels, Weights, _taskCount) = (features, tasks, labels, weights, tasks.Count);
        if (labels.Length != (long)RowCount * tasks.Count)
            throw new ArgumentException(
                $"{Counted.Of(labels.Length, "label")} given, {Counted.Of(RowCount, "row")} of " +
                $"{Counted.Of(tasks.Count, "task")} expected", nameof(labels));
        if (weights is not null && weights.Length != labels.Length)
            throw new ArgumentException($"{Counted.Of(weights.Length, "weight")} given, {labels.Length} " +
                "expected", nameof(weights));
        HasMissingFeatures = allowMissingFeatures && features.HasMissing();
        TaskTableChecks.ThrowIfInvalid(this);
        _contentHash = new Lazy<ulong>(() => Data.ContentHash.Of(this));
        _parts = new Lazy<string[]>(() => Data.DataParts.Of(this));
    }

    /// <summary>Whether a feature is missing (NaN).</summary>
    public bool HasMissingFeatures { get; }

    /// <summary>Number of rows n.</summary>
    public int RowCount => Features.RowCount;

    /// <summary>Number of features d.</summary>
    public int FeatureCount => Features.ColumnCount;

    /// <summary>The T tasks, in column order of <see cref="Labels"/>.</summary>
    public IReadOnlyList<TaskInfo> Tasks { get; }

    /// <summary>n×d.</summary>
    public FeatureMatrix Features { get; }

    /// <summary>n×T, row-major; NaN = not observed.</summary>
    public float[] Labels { get; }

    /// <summary>n×T, row-major; null = every observed cell counts 1.</summary>
    public float[]? Weights { get; }

    /// <summary>Bytes that features, labels and weights take as they are held.</summary>
    internal long ByteCount => Features.ByteCount + sizeof(float) * ((long)Labels.Length + (Weights?.Length ?? 0));

    /// <summary>Tells the table's numbers from others; computed on first use.</summary>
    internal ulong ContentHash => _contentHash.Value;

    /// <summary>Lines that tell columns and parts of the rows from others; computed on first use.</summary>
    internal IReadOnlyList<string> Parts => _parts.Value;

    /// <summary>Names of the features for messages; null = they have none.</summary>
    internal IReadOnlyList<string>? FeatureNames { get; init; }

    /// <summary>The d features of one row; of sparse features a copy.</summary>
    public ReadOnlySpan<float> FeatureRow(int row) =>
        Features.Row(row, Features.IsSparse ? new float[FeatureCount] : []);

    /// <summary>The label of one cell; NaN = not observed.</summary>
    public float Label(int row, int task) => Labels[row * _taskCount + task];

    /// <summary>The weight of one cell: 0 where the label is not observed.</summary>
    public float Weight(int row, int task)
    {
        int cell = row * _taskCount + task;
        return float.IsNaN(Labels[cell]) ? 0 : Weights?[cell] ?? 1;
    }

    /// <summary>The T labels of one row; NaN = not observed.</summary>
    internal ReadOnlySpan<float> LabelRow(int row) => Labels.AsSpan(row * _taskCount, _taskCount);

    /// <summary>The T weights of one row; empty where every observed cell counts 1.</summary>
    internal ReadOnlySpan<float> WeightRow(int row) =>
        Weights is null ? [] : Weights.AsSpan(row * _taskCount, _taskCount);

    /// <summary>
    /// Visits the observed labels of some tasks in some rows with their weights, row by row, as they lie in memory:
    /// task by task, every label of a wide table would be a cache miss.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="visit">Given the place of the task in <paramref name="tasks"/>, label and weight.</param>
    internal void ForEachLabel(IReadOnlyList<int> rows, IReadOnlyList<int> tasks, Action<int, float, double> visit)
    {
        int[] columns = [.. tasks];
        for (int r = 0; r < rows.Count; r++)
            for (int k = 0; k < columns.Length; k++)
                if (Weight(rows[r], columns[k]) is > 0 and var weight)
                    visit(k, Label(rows[r], columns[k]), weight);
    }

    /// <summary>Σ of the weights of each task over some rows.</summary>
    internal double[] TotalWeights(int[] rows)
    {
        var sums = new double[_taskCount];
        foreach (int row in rows)
            for (int t = 0; t < sums.Length; t++)
                sums[t] += Weight(row, t);
        return sums;
    }

    /// <summary>The same rows with some of the tasks, in the order given; features are shared.</summary>
    internal TaskTable Select(IReadOnlyList<int> tasks) => new(Features,
        [.. tasks.Select(t => Tasks[t])], Columns(Labels, tasks), Weights is null ? null : Columns(Weights, tasks),
        HasMissingFeatures)
        {
            FeatureNames = FeatureNames,
        };

    /// <summary>Whether the cell has a label and a positive weight.</summary>
    public bool IsObserved(int row, int task) => Weight(row, task) > 0;

    private float[] Columns(float[] cells, IReadOnlyList<int> tasks)
    {
        var columns = new float[RowCount * tasks.Count];
        for (int row = 0; row < RowCount; row++)
            for (int i = 0; i < tasks.Count; i++)
                columns[row * tasks.Count + i] = cells[row * _taskCount + tasks[i]];
        return columns;
    }
}
