using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// A prediction transformer as a chain of ML.NET's own: the state travels as a text constant, one custom mapping scores
/// the row, and each scored number is picked into a column of its own, since a custom mapping can only make vectors of
/// unknown size. Annotations are lost but for the key values of predicted labels; the file grows by three entries per
/// scored number.
/// </summary>
internal static class BuiltInScoring
{
    public static ITransformer Chain(MLContext context, MultiTaskPredictionTransformer transformer)
    {
        var chain = new BuiltInChain(context, InputOf(transformer));
        chain.Add(chain.Transforms.CopyColumns(nameof(RowToScore.MultiTaskFeatures), transformer.FeatureColumnName),
            nameof(RowToScore.MultiTaskFeatures));
        chain.AddKey();
        using var state = new MemoryStream();
        transformer.Save(state);
        chain.AddConstant(nameof(RowToScore.MultiTaskState),
            Convert.ToBase64String(state.GetBuffer(), 0, (int)state.Length));
        AddTaskId(chain, transformer.Layout.Blocks[0]);
        chain.Add(chain.Transforms.CustomMapping(new ScoreFactory().GetMapping(), ScoreFactory.Contract),
            nameof(RowNumbers.MultiTaskNumbers));
        int place = 0;
        foreach (ScoredColumn column in ScoredColumns.Of(transformer.Layout, InputOf(transformer)))
            AddColumn(chain, column, transformer.Layout.Blocks[column.Block], ref place);
        return chain.Finish();
    }

    /// <summary>The columns that the transformer needs, task ids as texts.</summary>
    public static DataViewSchema InputOfTexts(MultiTaskPredictionTransformer transformer) =>
        InputOf(transformer, TaskIdForm.Value);

    private static DataViewSchema InputOf(MultiTaskPredictionTransformer transformer) =>
        InputOf(transformer, transformer.Layout.Blocks[0].TaskIdForm);

    private static DataViewSchema InputOf(MultiTaskPredictionTransformer transformer, TaskIdForm form)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(transformer.FeatureColumnName,
            new VectorDataViewType(NumberDataViewType.Single, transformer.Model.FeatureCount));
        if (transformer.Layout.Blocks[0] is not { TaskIdColumnName: { } id })
            return schema.ToSchema();
        var annotations = new DataViewSchema.Annotations.Builder();
        if (form == TaskIdForm.KeyWithValues)
            new KeyValueTexts("Text", ["0", "1"]).AddTo(annotations);
        schema.AddColumn(id, form == TaskIdForm.Value ? TextDataViewType.Instance
            : new KeyDataViewType(typeof(uint), 2), annotations.ToAnnotations());
        return schema.ToSchema();
    }

    // The id as the text that the model knows it by.
    private static void AddTaskId(BuiltInChain chain, TaskBlock block)
    {
        const string text = nameof(RowToScore.MultiTaskTaskId);
        if (block.TaskIdColumnName is not { } id)
        {
            chain.AddConstant(text, "");
            return;
        }
        if (block.TaskIdForm == TaskIdForm.KeyWithValues)
            chain.Add(chain.Transforms.Conversion.MapKeyToValue(text, id));
        else if (block.TaskIdForm == TaskIdForm.Key)
            chain.Add(chain.Transforms.Conversion.ConvertType(text, id, DataKind.UInt32));
        chain.Add(chain.Transforms.Conversion.ConvertType(text, block.TaskIdForm == TaskIdForm.Value ? id : text,
            DataKind.String), text);
    }

    private static void AddColumn(BuiltInChain chain, ScoredColumn scored, TaskBlock block, ref int place)
    {
        string name = scored.Column.Name;
        var vector = scored.Column.Type as VectorDataViewType;
        string picked = (vector?.ItemType ?? scored.Column.Type) switch
        {
            BooleanDataViewType => nameof(PickedNumber.MultiTaskBoolean),
            KeyDataViewType => nameof(PickedNumber.MultiTaskInteger),
            _ => nameof(PickedNumber.MultiTaskSingle),
        };
        string[] parts = vector is null ? [name] : [.. Enumerable.Range(0, vector.Size).Select(i => $"{name}[{i}]")];
        foreach (string part in parts)
        {
            chain.AddConstant(nameof(NumberAt.MultiTaskPlace), place++);
            chain.Add(chain.Transforms.CustomMapping<NumberAt, PickedNumber>(PickFactory.Map, PickFactory.Contract),
                nameof(PickedNumber.MultiTaskSingle),
                nameof(PickedNumber.MultiTaskBoolean), nameof(PickedNumber.MultiTaskInteger));
            chain.Add(chain.Transforms.CopyColumns(part, picked), vector is null ? [] : [part]);
        }
        if (vector is not null)
            chain.Add(chain.Transforms.Concatenate(name, parts));
        if (scored.Value == ScoredValue.PredictedLabel && (block.Classes ?? block.LabelKey?.Values) is { } classes)
            classes.AddKeyMapping(chain, name);
    }
}
