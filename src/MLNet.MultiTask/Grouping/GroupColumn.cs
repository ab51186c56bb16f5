using MLNet.MultiTask.Data;
using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Grouping;

/// <summary>
/// The column in which a grouping travels: <c>Vector&lt;Key&lt;UInt32&gt;, T&gt;</c>, the same in every row, slot names
/// = task names. Its annotation <see cref="TextKind"/> holds the canonical text, which also says which tasks only help
/// in a group.
/// </summary>
internal static class GroupColumn
{
    public const string TextKind = "TaskGrouping";

    /// <summary>The column for T tasks.</summary>
    public static DataViewSchema.DetachedColumn Describe(string name, IReadOnlyList<string> tasks,
        TaskGrouping grouping)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        SlotNames.Add(annotations, tasks);
        annotations.Add(TextKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> text) =>
            text = grouping.ToString().AsMemory());
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, tasks.Count),
            (ref VBuffer<ReadOnlyMemory<char>> names) => GroupNames(grouping, tasks, ref names));
        return new(name, new VectorDataViewType(new KeyDataViewType(typeof(uint), tasks.Count), tasks.Count),
            annotations.ToAnnotations());
    }

    /// <summary>Group numbers from 1, by task.</summary>
    public static void Keys(TaskGrouping grouping, ref VBuffer<uint> keys)
    {
        VBufferEditor<uint> editor = VBufferEditor.Create(ref keys, grouping.TaskCount);
        int[] assignment = grouping.ToAssignment();
        for (int t = 0; t < assignment.Length; t++)
            editor.Values[t] = (uint)assignment[t] + 1;
        keys = editor.Commit();
    }

    /// <summary>Refuses a group column of a wrong type, and one beside an explicit grouping.</summary>
    public static void Check(SchemaShape schema, string? groupColumnName, string? grouping)
    {
        foreach (SchemaShape.Column column in schema)
        {
            if (column.Name != groupColumnName)
                continue;
            if (column.Kind != SchemaShape.Column.VectorKind.Vector || !column.IsKey
                || column.ItemType != NumberDataViewType.UInt32)
                throw SchemaErrors.Mismatch("group", column.Name, "Vector<Key<UInt32>>", column.TypeText());
            if (grouping is not null)
                throw new ArgumentException(
                    $"A grouping is given twice: by the option Grouping ('{grouping}') and by " +
                    $"column '{column.Name}'; set GroupColumnName to null to leave the column aside", nameof(schema));
        }
    }

    /// <summary>The grouping that a view's column holds; null where there is no such column.</summary>
    /// <exception cref="ArgumentException">The column is of other tasks, or a task has no group.</exception>
    public static TaskGrouping? Read(IDataView data, string? name, IReadOnlyList<TaskInfo> tasks)
    {
        if (name is null || data.Schema.GetColumnOrNull(name) is not { } column)
            return null;
        string[] names = SlotNames.Of(column) ?? [.. tasks.Select(t => t.Name)];
        if (((VectorDataViewType)column.Type).Size != tasks.Count || !names.SequenceEqual(tasks.Select(t => t.Name)))
            throw new ArgumentException($"Column '{name}' groups the {((VectorDataViewType)column.Type).Size} tasks " +
                $"{string.Join(", ", names)}; " +
                $"the trainer has the {Counted.Of(tasks.Count, "task")} {string.Join(", ", tasks.Select(t => t.Name))}",
                    nameof(data));
        if (column.Annotations.Schema.GetColumnOrNull(TextKind) is null)
            return FromKeys(data, column, tasks);
        ReadOnlyMemory<char> text = default;
        column.Annotations.GetValue(TextKind, ref text);
        return TaskGrouping.Parse(text.ToString());
    }

    private static TaskGrouping FromKeys(IDataView data, DataViewSchema.Column column, IReadOnlyList<TaskInfo> tasks)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<VBuffer<uint>> getter = cursor.GetGetter<VBuffer<uint>>(column);
        if (!cursor.MoveNext())
            throw new ArgumentException($"The data has no rows, so column '{column.Name}' says no grouping",
                nameof(data));
        VBuffer<uint> keys = default;
        getter(ref keys);
        int[] assignment = [.. keys.DenseValues().Select(k => (int)k)];
        int missing = Array.IndexOf(assignment, 0);
        return missing < 0 ? TaskGrouping.FromAssignment(assignment)
            : throw new ArgumentException($"Column '{column.Name}' gives task '{tasks[missing].Name}' no group",
                nameof(data));
    }

    private static void GroupNames(TaskGrouping grouping, IReadOnlyList<string> tasks,
        ref VBuffer<ReadOnlyMemory<char>> names)
    {
        VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref names, tasks.Count);
        editor.Values.Clear();
        for (int g = 0; g < grouping.Count; g++)
            editor.Values[g] = string.Join(", ", grouping.Groups[g].Served.Select(t => tasks[t])).AsMemory();
        names = editor.Commit();
    }
}
