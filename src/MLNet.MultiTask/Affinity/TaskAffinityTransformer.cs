using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.BuiltIn;
using MLNet.MultiTask.Mapping;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask;

/// <summary>Adds the affinity of the tasks as a column, the same in every row.</summary>
public sealed class TaskAffinityTransformer : MultiTaskTransformer
{
    internal const string Kind = "TaskAffinity";
    private readonly float[] _singles;

    internal TaskAffinityTransformer(MLContext context, string outputColumnName, TaskAffinity affinity)
        : base(context)
    {
        (OutputColumnName, Affinity) = (outputColumnName, affinity);
        _singles = [.. affinity.Values.ToArray().Select(v => (float)v)];
    }

    /// <summary>
    /// The affinity, estimated by Fit. Its <see cref="TaskAffinity.PredictGroup"/> is null, because predictions need
    /// the training data, which Fit releases; an <see cref="ITaskAffinityEstimator"/> called by itself gives it.
    /// </summary>
    public TaskAffinity Affinity { get; }

    /// <summary>
    /// The added column, a <c>Vector&lt;Single, T, T&gt;</c>, rows = targets, slot names <c>target&lt;-source</c>.
    /// </summary>
    public string OutputColumnName { get; }

    internal override string StateKind => Kind;

    internal override void Save(Stream stream) => AffinityState.Save(this, stream);

    private protected override RowMapping Bind(DataViewSchema input) => new ConstantMapping<VBuffer<float>>(
        input, AffinityColumn.Describe(OutputColumnName, Affinity.TaskNames, Affinity.Method, Affinity.IsSigned),
        (ref VBuffer<float> value) => VBuffer<float>.Copy(_singles, 0, ref value, _singles.Length));

    private protected override ITransformer ToBuiltInChain() =>
        BuiltInConstants.Affinity(Context, OutputColumnName, _singles);
}
