using System.Globalization;
using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Data;

/// <summary>What the label columns of a view's schema say about the tasks: how many, their names and classes.</summary>
internal static class LabelLayout
{
    private const int MaxClasses = 1 << 20;

    /// <summary>The blocks and tasks of the task columns.</summary>
    /// <param name="schema">Holds the columns, of types that <see cref="TaskSchema"/> accepts.</param>
    /// <param name="columns">The task columns.</param>
    /// <param name="ids">Task-indexed data: the ids found, in any order; otherwise empty.</param>
    /// <param name="classes">Of each column: the classes found in its labels, where they are no keys.</param>
    /// <param name="labelKeys">Of each column: the key that labels a binary task, if one does.</param>
    public static TaskLayout Of(DataViewSchema schema, IReadOnlyList<TaskColumn> columns, IReadOnlyList<string> ids,
        IReadOnlyList<KeyValueTexts?> classes, IReadOnlyList<BinaryKey?> labelKeys)
    {
        var blocks = new List<TaskBlock>();
        var tasks = new List<TaskInfo>();
        for (int c = 0; c < columns.Count; c++)
        {
            TaskColumn column = columns[c];
            DataViewSchema.Column label = schema.Find("label", column.LabelColumnName);
            KeyValueTexts? own = classes[c] ?? ClassesOf(column, label);
            string[] names = column.TaskIdColumnName is not null ? TaskIds.Sorted(ids) : NamesOf(column, label);
            blocks.Add(new TaskBlock
            {
                Name = column.Name,
                Kind = column.Kind,
                Form = column.TaskIdColumnName is not null ? TaskForm.Indexed : label.Type is VectorDataViewType
                    ? TaskForm.Vector : TaskForm.Scalar,
                FirstTask = tasks.Count,
                Count = names.Length,
                Classes = own,
                LabelKey = labelKeys[c],
                TaskIdColumnName = column.TaskIdColumnName,
                TaskIdForm = column.TaskIdColumnName is { } id ? IdFormOf(schema.Find("task id", id)) : default,
                UnknownTask = column.UnknownTask,
            });
            tasks.AddRange(names.Select(name => new TaskInfo(name, column.Kind, own?.Texts, column.TaskWeight)));
        }
        return new TaskLayout(blocks, tasks);
    }

    /// <summary>Labels that a row has in the column: the size of a vector, otherwise 1.</summary>
    public static int SizeOf(DataViewSchema schema, TaskColumn column) =>
        schema.Find("label", column.LabelColumnName).Type is VectorDataViewType vector ? vector.Size : 1;

    /// <summary>The columns that must be read for a task column.</summary>
    public static IEnumerable<DataViewSchema.Column> ColumnsOf(DataViewSchema schema, TaskColumn column)
    {
        yield return schema.Find("label", column.LabelColumnName);
        if (column.ExampleWeightColumnName is { } weight)
            yield return schema.Find("weight", weight);
        if (column.TaskIdColumnName is { } id)
            yield return schema.Find("task id", id);
    }

    private static TaskIdForm IdFormOf(DataViewSchema.Column id) => id.Type is not KeyDataViewType ? TaskIdForm.Value
        : KeyValueTexts.HasValues(id) ? TaskIdForm.KeyWithValues : TaskIdForm.Key;

    private static string[] NamesOf(TaskColumn column, DataViewSchema.Column label)
    {
        if (label.Type is not VectorDataViewType vector)
            return [column.Name];
        string[]? slots = SlotNames.Of(label);
        return [.. Enumerable.Range(0, vector.Size).Select(i => slots?[i] is { Length: > 0 } name ? name
            : string.Create(CultureInfo.InvariantCulture, $"{column.Name}.{i}"))];
    }

    private static KeyValueTexts? ClassesOf(TaskColumn column, DataViewSchema.Column label)
    {
        if (((label.Type as VectorDataViewType)?.ItemType ?? label.Type) is not KeyDataViewType key)
            return null;
        if (column.Kind == TaskKind.Binary)
            return null;
        return key.Count is >= 2 and <= MaxClasses ? KeyValueTexts.Of(label, (int)key.Count)
            : throw SchemaErrors.Mismatch("label", label.Name, $"a key with 2 to {Counted.Of(MaxClasses, "value")}",
                label.Type.ToString()!);
    }
}
