using MLNet.MultiTask.Schema;
using MLNet.MultiTask.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Trainers;

/// <summary>Which of a task's scored columns one is.</summary>
internal enum ScoredValue
{
    Score,
    Probability,
    PredictedLabel,
}

/// <summary>One scored column of one block of tasks.</summary>
internal sealed record ScoredColumn(int Block, ScoredValue Value, DataViewSchema.DetachedColumn Column);

/// <summary>
/// Names, types and annotations of the columns that a scored block of tasks adds, as ML.NET's own scorers write them.
/// </summary>
internal static class ScoredColumns
{
    private static readonly KeyDataViewType s_setIdType = new(typeof(uint), int.MaxValue);

    /// <summary>
    /// All columns of all blocks, each block with a <c>ScoreColumnSetId</c> of its own above those of the input.
    /// </summary>
    public static IReadOnlyList<ScoredColumn> Of(TaskLayout layout, DataViewSchema input)
    {
        uint setId = GreatestSetId(input);
        return [.. layout.Blocks.SelectMany((block, b) =>
            Of(block, b, layout.Blocks.Count, [.. layout.TasksOf(block).Select(t => t.Name)], setId + 1 + (uint)b))];
    }

    /// <summary>
    /// The columns of blocks that are not trained yet: names, kinds and annotations are right, sizes are not known.
    /// </summary>
    public static IEnumerable<DataViewSchema.DetachedColumn> Promised(SchemaShape input,
        IReadOnlyList<TaskColumn> tasks) =>
        tasks.SelectMany((task, b) => Of(Promised(input, task), b, tasks.Count, ["0"], 1)).Select(c => c.Column);

    private static TaskBlock Promised(SchemaShape input, TaskColumn task) => new()
    {
        Name = task.Name,
        Kind = task.Kind,
        Form = TaskSchema.FormOf(input, task),
        FirstTask = 0,
        Count = 1,
        Classes = task.Kind == TaskKind.Multiclass
            ? KeyValueTexts.Placeholder(input.Find("label", task.LabelColumnName)) : null,
        LabelKey = task.Kind == TaskKind.Binary && input.Find("label", task.LabelColumnName) is { IsKey: true } key
            ? new BinaryKey(KeyValueTexts.Placeholder(key), 2) : null,
    };

    private static IEnumerable<ScoredColumn> Of(TaskBlock block, int index, int blocks, string[] tasks, uint setId)
    {
        yield return Column(ScoredValue.Score, ScoreType(block), annotations =>
        {
            if (block.Classes is { } classes)
            {
                SlotNames.Add(annotations, block.Form == TaskForm.Vector
                    ? tasks.SelectMany(t => classes.Texts.Select(c => $"{t}.{c}")) : classes.Texts);
                classes.AddTo(annotations, "TrainingLabelValues");
            }
            else
            {
                AddTaskNames(annotations);
            }
        });
        if (block.Kind == TaskKind.Binary)
            yield return Column(ScoredValue.Probability, Shaped(block, NumberDataViewType.Single), annotations =>
            {
                AddTaskNames(annotations);
                annotations.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, true);
            });
        if (block.Kind != TaskKind.Regression)
            yield return Column(ScoredValue.PredictedLabel, Shaped(block, LabelType(block)), annotations =>
            {
                AddTaskNames(annotations);
                (block.Classes ?? block.LabelKey?.Values)?.AddTo(annotations);
            });

        ScoredColumn Column(ScoredValue value, DataViewType type, Action<DataViewSchema.Annotations.Builder> annotate)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            annotate(annotations);
            annotations.AddPrimitiveValue("ScoreColumnSetId", s_setIdType, setId);
            annotations.AddPrimitiveValue("ScoreColumnKind", TextDataViewType.Instance,
                ScoreColumnKind(block).AsMemory());
            annotations.AddPrimitiveValue("ScoreValueKind", TextDataViewType.Instance, value.ToString().AsMemory());
            return new(index, value, new(TaskLayout.ColumnName(value.ToString(), block.Name, block.Form, blocks), type,
                annotations.ToAnnotations()));
        }

        void AddTaskNames(DataViewSchema.Annotations.Builder annotations)
        {
            if (block.Form == TaskForm.Vector)
                SlotNames.Add(annotations, tasks);
        }
    }

    private static DataViewType ScoreType(TaskBlock block) =>
        block.Classes is not { Texts.Count: var classes } ? Shaped(block, NumberDataViewType.Single)
        : block.Form == TaskForm.Vector ? new VectorDataViewType(NumberDataViewType.Single, block.Count, classes)
        : new VectorDataViewType(NumberDataViewType.Single, classes);

    private static PrimitiveDataViewType LabelType(TaskBlock block) =>
        (block.Classes ?? block.LabelKey?.Values) is { } values ? new KeyDataViewType(typeof(uint), values.Texts.Count)
            : BooleanDataViewType.Instance;

    private static DataViewType Shaped(TaskBlock block, PrimitiveDataViewType item) =>
        block.Form == TaskForm.Vector ? new VectorDataViewType(item, block.Count) : item;

    private static string ScoreColumnKind(TaskBlock block) => block.Kind switch
    {
        TaskKind.Binary => "BinaryClassification",
        TaskKind.Multiclass => "MulticlassClassification",
        _ => block.Form == TaskForm.Vector ? "MultiOutputRegression" : "Regression",
    };

    private static uint GreatestSetId(DataViewSchema schema)
    {
        uint greatest = 0;
        foreach (DataViewSchema.Column column in schema)
            if (column.Annotations.Schema.GetColumnOrNull("ScoreColumnSetId") is { } annotation
                && annotation.Type.RawType == typeof(uint))
            {
                uint id = 0;
                column.Annotations.GetValue("ScoreColumnSetId", ref id);
                greatest = Math.Max(greatest, id);
            }
        return greatest;
    }
}
