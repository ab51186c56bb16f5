using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Learners;

/// <summary>The columns of a view of one task: features, label (under two names) and perhaps weights.</summary>
internal sealed class SingleTaskSchema
{
    public const string Features = "Features";
    public const string Label = "Label";
    public const string Weight = "Weight";

    public SingleTaskSchema(TaskInfo task, int featureCount, bool weighted)
    {
        Task = new SingleTask(task.Name, task.Kind, Label, Features, weighted ? Weight : null);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(Features, new VectorDataViewType(NumberDataViewType.Single, featureCount));
        var annotations = new DataViewSchema.Annotations.Builder();
        if (task.Kind == TaskKind.Multiclass)
            new KeyValueTexts("Text", task.ClassNames).AddTo(annotations);
        DataViewType type = task.Kind switch
        {
            TaskKind.Binary => BooleanDataViewType.Instance,
            TaskKind.Multiclass => new KeyDataViewType(typeof(uint), task.ClassNames.Count),
            _ => NumberDataViewType.Single,
        };
        foreach (string name in (string[])[task.Name, Label])
            if (name is not (Features or Weight) && (name == Label || task.Name != Label))
                builder.AddColumn(name, type, annotations.ToAnnotations());
        if (weighted)
            builder.AddColumn(Weight, NumberDataViewType.Single);
        Columns = builder.ToSchema();
    }

    public SingleTask Task { get; }

    public DataViewSchema Columns { get; }

    /// <summary>A getter of a column of the row that <paramref name="row"/> is at.</summary>
    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column, ISingleTaskRow row)
    {
        Delegate getter = column.Name switch
        {
            Features => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, row.Features.Length);
                row.Features.CopyTo(editor.Values);
                value = editor.Commit();
            }),
            Weight => (ValueGetter<float>)((ref float value) => value = row.Weight),
            _ => Task.Kind switch
            {
                TaskKind.Binary => (ValueGetter<bool>)((ref bool value) => value = row.Label == 1),
                TaskKind.Multiclass => (ValueGetter<uint>)((ref uint value) =>
                    value = float.IsNaN(row.Label) ? 0 : (uint)row.Label + 1),
                _ => (ValueGetter<float>)((ref float value) => value = row.Label),
            },
        };
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type.RawType}, a getter " +
                $"of {typeof(TValue)} was asked for");
    }
}

/// <summary>The current row of a view of one task.</summary>
internal interface ISingleTaskRow
{
    ReadOnlySpan<float> Features { get; }

    /// <summary>As in a <see cref="TaskTable"/>; NaN = unknown.</summary>
    float Label { get; }

    float Weight { get; }
}
