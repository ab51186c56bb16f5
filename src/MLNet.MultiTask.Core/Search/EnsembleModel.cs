using System.Buffers;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask;

/// <summary>
/// A weighted mean of models, with weights of its own for every task: of probabilities, and of a regression's values.
/// </summary>
public sealed class EnsembleModel : IGroupModel
{
    /// <summary>The <see cref="Kind"/> of all ensembles.</summary>
    public const string KindName = "ensemble";

    internal const float LeastProbability = 1e-7f;

    private readonly int[] _offsets;
    private readonly float[] _weights;
    private readonly int[][] _taskOf;

    /// <summary>Puts models together.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="members">At least one; each over some of the tasks.</param>
    /// <param name="weights">
    /// members×tasks, row-major: not negative, 0 where a member lacks the task; they sum to 1 per task.
    /// </param>
    /// <exception cref="ArgumentException">Features, tasks or weights do not fit (what is said).</exception>
    public EnsembleModel(IReadOnlyList<TaskInfo> tasks, IReadOnlyList<IGroupModel> members, float[] weights)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(weights);
        if (members.Count == 0 || weights.Length != (long)members.Count * tasks.Count)
            throw new ArgumentException($"{Counted.Of(weights.Length, "weight")} given for " +
                $"{Counted.Of(members.Count, "member")} and {Counted.Of(tasks.Count, "task")}", nameof(weights));
        (Tasks, Members, _weights, FeatureCount) = ([.. tasks], [.. members], weights, members[0].FeatureCount);
        _offsets = new int[tasks.Count + 1];
        for (int t = 0; t < tasks.Count; t++)
            _offsets[t + 1] = _offsets[t] + tasks[t].OutputCount;
        _taskOf = [.. members.Select(TasksOf)];
        ThrowIfInvalid();
    }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public int FeatureCount { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TaskInfo> Tasks { get; }

    long? IGroupModel.LearnedBytes => Members.Aggregate((long?)sizeof(float) * _weights.Length,
        (sum, member) => sum + member.LearnedBytes);

    /// <summary>The models.</summary>
    public IReadOnlyList<IGroupModel> Members { get; }

    /// <summary>members×tasks, row-major.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <inheritdoc/>
    public bool AcceptsMissingFeatures => Members.All(m => m.AcceptsMissingFeatures);

    /// <inheritdoc/>
    public int OutputCount => _offsets[^1];

    /// <inheritdoc/>
    public int OutputOffset(int task) => _offsets[task];

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        foreach ((int length, string name) in (ReadOnlySpan<(int, string)>)
            [(scores.Length, nameof(scores)), (raw.Length, nameof(raw))])
            if (length > 0 && length < (long)rows * OutputCount)
                throw new ArgumentException($"Room for {Counted.Of(length, "output")} given, {rows}×{OutputCount} " +
                    "expected", name);
        if (scores.IsEmpty && raw.IsEmpty)
            return;
        Span<float> sum = (scores.IsEmpty ? raw : scores)[..(rows * OutputCount)];
        sum.Clear();
        for (int m = 0; m < Members.Count; m++)
        {
            int width = Members[m].OutputCount;
            float[] own = ArrayPool<float>.Shared.Rent(Math.Max(1, rows * width));
            Members[m].Score(features, rows, own, [], threads);
            for (int i = 0; i < _taskOf[m].Length; i++)
                Add(own, width, Members[m].OutputOffset(i), _taskOf[m][i], Weight(m, _taskOf[m][i]), rows, sum);
            ArrayPool<float>.Shared.Return(own);
        }
        if (raw.IsEmpty)
            return;
        if (!scores.IsEmpty)
            sum.CopyTo(raw);
        ToMargins(raw, rows);
    }

    private void Add(float[] from, int width, int first, int task, float weight, int rows, Span<float> sum)
    {
        if (weight == 0)
            return;
        for (int r = 0; r < rows; r++)
            for (int k = 0; k < Tasks[task].OutputCount; k++)
                sum[r * OutputCount + _offsets[task] + k] += weight * from[r * width + first + k];
    }

    private void ToMargins(Span<float> raw, int rows)
    {
        for (int t = 0; t < Tasks.Count; t++)
            for (int i = 0; i < rows * Tasks[t].OutputCount && Tasks[t].Kind != TaskKind.Regression; i++)
            {
                ref float value = ref raw[i / Tasks[t].OutputCount * OutputCount + _offsets[t]
                    + i % Tasks[t].OutputCount];
                float p = Math.Clamp(value, LeastProbability, 1 - LeastProbability);
                value = Tasks[t].Kind == TaskKind.Binary ? MathF.Log(p / (1 - p)) : MathF.Log(p);
            }
    }

    /// <summary>The weight of a member in a task.</summary>
    internal float Weight(int member, string task) => Enumerable.Range(0, Tasks.Count)
        .Where(t => Tasks[t].Name == task).Sum(t => Weight(member, t));

    private float Weight(int member, int task) => _weights[member * Tasks.Count + task];

    private int[] TasksOf(IGroupModel member) => [.. member.Tasks.Select(own =>
    {
        for (int t = 0; t < Tasks.Count; t++)
            if (Tasks[t].Name == own.Name && Tasks[t].Kind == own.Kind && Tasks[t].OutputCount == own.OutputCount)
                return t;
        throw new ArgumentException($"A member has task '{own.Name}' ({own.Kind}), which the ensemble has not");
    })];

    private void ThrowIfInvalid()
    {
        for (int m = 0; m < Members.Count; m++)
        {
            if (Members[m].FeatureCount != FeatureCount)
                throw new ArgumentException($"Member {m} takes {Counted.Of(Members[m].FeatureCount, "feature")}, " +
                    $"member 0 takes {FeatureCount}");
            for (int t = 0; t < Tasks.Count; t++)
                if (!(Weight(m, t) >= 0) || (Weight(m, t) > 0 && !_taskOf[m].Contains(t)))
                    throw new ArgumentException($"Member {m} has weight {Weight(m, t)} in task '{Tasks[t].Name}'");
        }
        for (int t = 0; t < Tasks.Count; t++)
        {
            float sum = Enumerable.Range(0, Members.Count).Sum(m => Weight(m, t));
            if (!(Math.Abs(sum - 1) < 1e-3f))
                throw new ArgumentException($"The weights of task '{Tasks[t].Name}' sum to {sum}, not to 1");
        }
    }
}
