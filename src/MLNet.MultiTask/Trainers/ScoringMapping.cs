using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Mapping;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Trainers;

/// <summary>A model bound to an input schema: adds the scored columns.</summary>
internal sealed class ScoringMapping : RowMapping
{
    private ScoringMapping(DataViewSchema input, MultiTaskModel model, TaskLayout layout,
        IReadOnlyList<ScoredColumn> columns,
        DataViewSchema.Column features, DataViewSchema.Column? taskId)
        : base(input, [.. columns.Select(c => c.Column)]) =>
        (Model, Layout, Columns, FeatureColumn, TaskIdColumn, Places) =
            (model, layout, columns, features, taskId, PlacesOf(model));

    public MultiTaskModel Model { get; }

    public TaskLayout Layout { get; }

    public IReadOnlyList<ScoredColumn> Columns { get; }

    public DataViewSchema.Column FeatureColumn { get; }

    /// <summary>Only for task-indexed data.</summary>
    public DataViewSchema.Column? TaskIdColumn { get; }

    /// <exception cref="ArgumentException">Keys of labels that are there are not numbered as in training.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Features or task ids are missing or of another type or size (ML.NET's sentences).
    /// </exception>
    public static ScoringMapping Bind(DataViewSchema input, MultiTaskModel model, TaskLayout layout,
        string featureColumnName)
    {
        model.Freeze();
        DataViewSchema.Column features = input.Find("feature", featureColumnName);
        var expected = new VectorDataViewType(NumberDataViewType.Single, model.FeatureCount);
        if (features.Type is not VectorDataViewType vector || vector.ItemType != NumberDataViewType.Single
            || vector.Size != model.FeatureCount)
            throw SchemaErrors.Mismatch("feature", featureColumnName, $"{expected}", $"{features.Type}");
        // Scored data with such labels would be measured class by class against the wrong one.
        foreach (TaskBlock block in layout.Blocks)
            if (input.GetColumnOrNull(block.Name) is { } label
                && ((label.Type as VectorDataViewType)?.ItemType ?? label.Type) is KeyDataViewType)
                TaskSchema.ThrowUnlessSameClasses(KeyValueTexts.Find(label, "KeyValues"), block.Classes, block.Name);
        DataViewSchema.Column? taskId = null;
        if (layout.Blocks[0].TaskIdColumnName is { } name)
        {
            taskId = input.Find("task id", name);
            if (taskId.Value.Type is not (KeyDataViewType or TextDataViewType or NumberDataViewType))
                throw SchemaErrors.Mismatch("task id", name, "Text, a key or a number", $"{taskId.Value.Type}");
        }
        return new ScoringMapping(input, model, layout, ScoredColumns.Of(layout, input), features, taskId);
    }

    public override IEnumerable<DataViewSchema.Column> InputsOf(int added) =>
        TaskIdColumn is { } taskId ? [FeatureColumn, taskId] : [FeatureColumn];

    /// <summary>The model that serves each task, and the task's first output there.</summary>
    public (int Group, int Offset)[] Places { get; }

    /// <summary>The models of which a task is asked for.</summary>
    /// <param name="active">Which added columns are.</param>
    public IEnumerable<int> GroupsOf(IReadOnlyList<bool> active) => Columns.Where((_, i) => active[i])
        .Select(c => Layout.Blocks[c.Block]).SelectMany(b => Places.Skip(b.FirstTask).Take(b.Count))
        .Select(p => p.Group).Distinct();

    public override DataViewRowCursor OpenCursor(DataViewRowCursor cursor, bool[] active) =>
        BatchCursor.CanRead(this, active) ? new BatchCursor(cursor, this, active) : base.OpenCursor(cursor, active);

    public override AddedValues Open(DataViewRow row, IReadOnlyList<bool> active) => new RowScores(row, this);

    private static (int, int)[] PlacesOf(MultiTaskModel model)
    {
        var places = new (int, int)[model.Tasks.Count];
        for (int g = 0; g < model.Grouping.Count; g++)
        {
            IReadOnlyList<int> members = model.Grouping.Groups[g].Members;
            for (int m = 0; m < members.Count; m++)
                if (model.Grouping.Groups[g].Served.Contains(members[m]))
                    places[members[m]] = (g, model.Models[g].OutputOffset(m));
        }
        return places;
    }
}
