using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.BuiltIn;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Mapping;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask;

/// <summary>Adds the group of each task as a column, the same in every row.</summary>
public sealed class TaskGroupingTransformer : MultiTaskTransformer
{
    internal const string Kind = "TaskGrouping";

    internal TaskGroupingTransformer(MLContext context, string outputColumnName, IReadOnlyList<string> tasks,
        GroupingResult result) : base(context) =>
        (OutputColumnName, TaskNames, Result) = (outputColumnName, tasks, result);

    /// <summary>The grouping.</summary>
    public TaskGrouping Grouping => Result.Grouping;

    /// <summary>
    /// The grouping and how good it is known to be; of a loaded transformer without what only the solver knew.
    /// </summary>
    public GroupingResult Result { get; }

    /// <summary>The T tasks.</summary>
    public IReadOnlyList<string> TaskNames { get; }

    /// <summary>
    /// The added column, a <c>Vector&lt;Key&lt;UInt32&gt;, T&gt;</c>; its key values name the tasks of each group.
    /// </summary>
    public string OutputColumnName { get; }

    internal override string StateKind => Kind;

    internal override void Save(Stream stream) => GroupingState.Save(this, stream);

    private protected override RowMapping Bind(DataViewSchema input) => new ConstantMapping<VBuffer<uint>>(
        input, GroupColumn.Describe(OutputColumnName, TaskNames, Grouping), (ref VBuffer<uint> keys) =>
            GroupColumn.Keys(Grouping, ref keys));

    private protected override ITransformer ToBuiltInChain() =>
        BuiltInConstants.Grouping(Context, OutputColumnName, Grouping);
}
