using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Data;

/// <summary>Which column types a multi-task estimator accepts; asked by GetOutputSchema and by Fit alike.</summary>
internal static class TaskSchema
{
    /// <summary>Refuses missing columns, all of which are named, or one of a wrong type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">In ML.NET's two sentences.</exception>
    public static void Check(SchemaShape schema, string featureColumnName, IReadOnlyList<TaskColumn> tasks)
    {
        HashSet<string> columns = [.. schema.Select(c => c.Name)];
        SchemaErrors.ThrowIfAnyIsMissing(tasks.SelectMany(Columns).Prepend(("feature", featureColumnName)),
            columns.Contains);
        SchemaShape.Column features = schema.Find("feature", featureColumnName);
        if (features.Kind != SchemaShape.Column.VectorKind.Vector || features.ItemType != NumberDataViewType.Single
            || features.IsKey)
            throw SchemaErrors.Mismatch("feature", featureColumnName, "Vector<Single>", features.TypeText());
        foreach (TaskColumn task in tasks)
            CheckLabels(schema, task);
    }

    /// <summary>The columns that a task needs, with their roles.</summary>
    public static IEnumerable<(string Role, string Name)> Columns(TaskColumn task)
    {
        yield return ("label", task.LabelColumnName);
        if (task.ExampleWeightColumnName is { } weight)
            yield return ("weight", weight);
        if (task.TaskIdColumnName is { } id)
            yield return ("task id", id);
    }

    /// <summary>
    /// Whether the task column is a scalar, a vector or task-indexed, by the shape of its label column.
    /// </summary>
    public static TaskForm FormOf(SchemaShape schema, TaskColumn task) =>
        task.TaskIdColumnName is not null ? TaskForm.Indexed
        : schema.Find("label", task.LabelColumnName).Kind == SchemaShape.Column.VectorKind.Vector ? TaskForm.Vector
            : TaskForm.Scalar;

    /// <summary>Refuses a missing label, weight or task id, or one of a wrong type.</summary>
    public static void CheckLabels(SchemaShape schema, TaskColumn task)
    {
        SchemaShape.Column label = schema.Find("label", task.LabelColumnName);
        bool vectorAllowed = task.TaskIdColumnName is null;
        bool fits = task.Kind switch
        {
            TaskKind.Binary => label.IsKey
                || label.ItemType is BooleanDataViewType or NumberDataViewType or TextDataViewType,
            TaskKind.Multiclass => label.IsKey || label.ItemType is NumberDataViewType or TextDataViewType,
            _ => !label.IsKey && (label.ItemType is NumberDataViewType or TextDataViewType),
        };
        if (!fits || !IsScalarOr(vectorAllowed, label))
            throw SchemaErrors.Mismatch("label", task.LabelColumnName, Expected(task.Kind, vectorAllowed),
                label.TypeText());
        if (task.ExampleWeightColumnName is { } weightColumnName)
        {
            SchemaShape.Column weight = schema.Find("weight", weightColumnName);
            bool vector = label.Kind == SchemaShape.Column.VectorKind.Vector;
            if (weight.ItemType != NumberDataViewType.Single || weight.IsKey || !IsScalarOr(vector, weight))
                throw SchemaErrors.Mismatch("weight", weightColumnName, vector ? "Single or Vector<Single>" : "Single",
                    weight.TypeText());
        }
        if (task.TaskIdColumnName is { } idColumnName)
            CheckId(schema.Find("task id", idColumnName));
    }

    /// <summary>Refuses labels whose keys are numbered otherwise than those that a model was trained on.</summary>
    /// <param name="found">Values of the labels' key; null = not known.</param>
    /// <param name="known">Values of the model's classes; null = not known.</param>
    /// <param name="label">The label column.</param>
    /// <exception cref="ArgumentException">Values or their order differ.</exception>
    public static void ThrowUnlessSameClasses(KeyValueTexts? found, KeyValueTexts? known, string label)
    {
        if (found is null || known is null || found.Texts.SequenceEqual(known.Texts))
            return;
        throw new ArgumentException($"The keys of label column '{label}' are {string.Join(", ", found.Texts)}, those " +
            $"that the model was trained on {string.Join(", ", known.Texts)}; map the values with the transformer " +
            "that was fitted with the model, not with one fitted on this data");
    }

    private static void CheckId(SchemaShape.Column id)
    {
        bool fits = id.IsKey || id.ItemType == TextDataViewType.Instance || id.ItemType is NumberDataViewType;
        if (!fits || !IsScalarOr(false, id))
            throw SchemaErrors.Mismatch("task id", id.Name, "Text, a key or a number", id.TypeText());
    }

    private static bool IsScalarOr(bool vector, SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Scalar
            || (vector && column.Kind == SchemaShape.Column.VectorKind.Vector);

    private static string Expected(TaskKind kind, bool vector)
    {
        string item = kind switch
        {
            TaskKind.Binary => "Boolean, a number, Text or a key",
            TaskKind.Multiclass => "a key, Text or a number",
            _ => "a number or Text",
        };
        return vector ? $"{item}, scalar or vector of known size" : item;
    }
}
