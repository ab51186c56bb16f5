using System.Globalization;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Learners;

/// <summary>The same scores for every row: what tasks are served by that could not be learned.</summary>
public sealed class TrivialModel : IGroupModel
{
    internal const string KindName = "trivial";
    private readonly int[] _offsets;
    private readonly float[] _raw;

    /// <summary>Takes the scores of one row.</summary>
    /// <param name="featureCount">Number of features d.</param>
    /// <param name="tasks">The tasks, at least one.</param>
    /// <param name="outputs">
    /// Probability of class 1, class probabilities, or value, of every task in order; finite, probabilities in [0, 1].
    /// </param>
    /// <exception cref="ArgumentException">The number of outputs is not that of the tasks, or one is out of range (the
    /// task is named).</exception>
    public TrivialModel(int featureCount, IReadOnlyList<TaskInfo> tasks, IReadOnlyList<float> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(featureCount, 1);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(outputs);
        (FeatureCount, Tasks, Outputs) = (featureCount, [.. tasks], [.. outputs]);
        _offsets = new int[tasks.Count + 1];
        for (int t = 0; t < tasks.Count; t++)
            _offsets[t + 1] = _offsets[t] + tasks[t].OutputCount;
        if (outputs.Count != OutputCount)
            throw new ArgumentException($"{Counted.Of(outputs.Count, "output")} given, {OutputCount} " +
                "expected", nameof(outputs));
        for (int t = 0; t < tasks.Count; t++)
            for (int o = _offsets[t]; o < _offsets[t + 1]; o++)
                if (!float.IsFinite(outputs[o]) || (tasks[t].Kind != TaskKind.Regression && outputs[o] is < 0 or > 1))
                    throw new ArgumentException($"Task '{tasks[t].Name}' scores {outputs[o]}; " +
                        (tasks[t].Kind == TaskKind.Regression ? "a finite value is expected"
                            : "a probability from 0 to 1 is expected"), nameof(outputs));
        _raw = [.. Outputs.Select((p, o) => Raw(tasks[Array.FindLastIndex(_offsets, f => f <= o)].Kind, p))];
    }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public int FeatureCount { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TaskInfo> Tasks { get; }

    long? IGroupModel.LearnedBytes => sizeof(float) * (long)Outputs.Count;

    /// <inheritdoc/>
    public int OutputCount => _offsets[^1];

    /// <summary>The scores of any row.</summary>
    public IReadOnlyList<float> Outputs { get; }

    /// <inheritdoc/>
    public int OutputOffset(int task) => _offsets[task];

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads = 1)
    {
        Fill(Outputs, rows, scores, nameof(scores));
        Fill(_raw, rows, raw, nameof(raw));
    }

    /// <summary>
    /// The constants of tasks: frequencies or mean of their observed labels in some rows; without any, equal
    /// probabilities or 0.
    /// </summary>
    internal static TrivialModel Of(TaskTable table, IReadOnlyList<int> tasks, IReadOnlyList<int> rows) =>
        new(table.FeatureCount, [.. tasks.Select(t => table.Tasks[t])],
            [.. tasks.SelectMany(t => Constants(table, t, rows))]);

    /// <summary>What a task scores, for people.</summary>
    internal string Text(int task) => string.Join('/', Enumerable.Range(_offsets[task], Tasks[task].OutputCount)
        .Select(o => Outputs[o].ToString("G4", CultureInfo.InvariantCulture)));

    private static IEnumerable<float> Constants(TaskTable table, int task, IReadOnlyList<int> rows)
    {
        TaskInfo info = table.Tasks[task];
        double[] constant = TrivialLoss.Constant(table, task, rows);
        bool isKnown = double.IsFinite(constant[0]);
        return info.Kind switch
        {
            TaskKind.Binary => [isKnown ? (float)constant[1] : 0.5f],
            TaskKind.Multiclass => constant.Select(p => isKnown ? (float)p : 1f / constant.Length),
            _ => [isKnown ? (float)constant[0] : 0],
        };
    }

    // Probabilities of 0 and 1 get the margin of the nearest probability that a log-loss tells from them.
    private static float Raw(TaskKind kind, float output)
    {
        double p = Math.Clamp(output, TrivialLoss.LeastProbability, 1 - TrivialLoss.LeastProbability);
        return kind switch
        {
            TaskKind.Binary => (float)Math.Log(p / (1 - p)),
            TaskKind.Multiclass => (float)Math.Log(p),
            _ => output,
        };
    }

    private static void Fill(IReadOnlyList<float> row, int rows, Span<float> to, string name)
    {
        if (to.IsEmpty)
            return;
        if (to.Length < (long)rows * row.Count)
            throw new ArgumentException($"Room for {Counted.Of(to.Length, "number")} given, {rows}×{row.Count} " +
                "expected", name);
        for (int i = 0; i < rows; i++)
            for (int o = 0; o < row.Count; o++)
                to[i * row.Count + o] = row[o];
    }
}
