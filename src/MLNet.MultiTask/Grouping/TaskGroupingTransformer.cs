using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Mapping;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask;

/// <summary>
/// Adds the group of each task as a column, the same in every row. It is solved for when it is first asked for.
/// </summary>
public sealed class TaskGroupingTransformer : MultiTaskTransformer
{
    internal const string Kind = "TaskGrouping";
    private readonly Lazy<GroupingResult> _result;

    internal TaskGroupingTransformer(MLContext context, string outputColumnName, IReadOnlyList<string> tasks,
        Func<GroupingResult> solve) : base(context) =>
        (OutputColumnName, TaskNames, _result) = (outputColumnName, tasks, new Lazy<GroupingResult>(solve));

    /// <summary>The grouping; the first use solves for it, which may take long.</summary>
    /// <exception cref="OperationCanceledException">The estimator's token was cancelled.</exception>
    public TaskGrouping Grouping => Result.Grouping;

    /// <summary>
    /// The grouping and how good it is known to be; of a loaded transformer without what only the solver knew.
    /// </summary>
    /// <exception cref="OperationCanceledException">The estimator's token was cancelled.</exception>
    public GroupingResult Result => _result.Value;

    /// <summary>The T tasks.</summary>
    public IReadOnlyList<string> TaskNames { get; }

    /// <summary>
    /// The added column, a <c>Vector&lt;Key&lt;UInt32&gt;, T&gt;</c>; its key values name the tasks of each group.
    /// </summary>
    public string OutputColumnName { get; }

    internal override string StateKind => Kind;

    internal override void Save(Stream stream) => GroupingState.Save(this, stream);

    private protected override RowMapping Bind(DataViewSchema input) => new ConstantMapping<VBuffer<uint>>(
        input, GroupColumn.Describe(OutputColumnName, TaskNames, () => Grouping), (ref VBuffer<uint> keys) =>
            GroupColumn.Keys(Grouping, ref keys));

    private protected override ITransformer ToBuiltInChain() =>
        BuiltInConstants.Grouping(Context, OutputColumnName, Grouping);
}
