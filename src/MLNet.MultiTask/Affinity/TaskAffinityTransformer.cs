using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Mapping;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask;

/// <summary>
/// Adds the affinity of the tasks as a column, the same in every row. It is estimated when it is first asked for.
/// </summary>
public sealed class TaskAffinityTransformer : MultiTaskTransformer
{
    internal const string Kind = "TaskAffinity";
    private readonly IReadOnlyList<string> _tasks;
    private readonly string _method;
    private readonly Lazy<TaskAffinity> _affinity;
    private readonly Lazy<float[]> _singles;

    internal TaskAffinityTransformer(MLContext context, string outputColumnName, IReadOnlyList<string> tasks,
        string method, Func<TaskAffinity> estimate)
        : base(context)
    {
        (OutputColumnName, _tasks, _method, _affinity) =
            (outputColumnName, tasks, method, new Lazy<TaskAffinity>(estimate));
        _singles = new Lazy<float[]>(() => [.. Affinity.Values.ToArray().Select(v => (float)v)]);
    }

    /// <summary>The affinity; the first use estimates it, which may take long.</summary>
    /// <exception cref="OperationCanceledException">The estimator's token was cancelled.</exception>
    public TaskAffinity Affinity => _affinity.Value;

    /// <summary>
    /// The added column, a <c>Vector&lt;Single, T, T&gt;</c>, rows = targets, slot names <c>target&lt;-source</c>.
    /// </summary>
    public string OutputColumnName { get; }

    internal override string StateKind => Kind;

    internal override void Save(Stream stream) => AffinityState.Save(this, stream);

    private protected override RowMapping Bind(DataViewSchema input) => new ConstantMapping<VBuffer<float>>(
        input, AffinityColumn.Describe(OutputColumnName, _tasks, _method),
        (ref VBuffer<float> value) => VBuffer<float>.Copy(_singles.Value, 0, ref value, _singles.Value.Length));

    private protected override ITransformer ToBuiltInChain() =>
        BuiltInConstants.Affinity(Context, OutputColumnName, _singles.Value);
}
