using MLNet.MultiTask.Persistence;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.BuiltIn;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Trainers;

/// <summary>
/// A prediction transformer as a chain of ML.NET's own: the state travels as a text constant, one custom mapping scores
/// the row, and others take its numbers apart, since a custom mapping has the columns of a class and can only make
/// vectors of unknown size. Annotations are lost but for the key values of predicted labels.
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
        ScoredColumn[] columns = [.. ScoredColumns.Of(transformer.Layout, InputOf(transformer))
            .OrderBy(c => Order(c.Column.Type))];
        AddParts(chain, columns);
        foreach (ScoredColumn column in columns)
            AddColumn(chain, column, transformer.Layout.Blocks[column.Block]);
        return chain.Finish();
    }

    /// <summary>Where the numbers of a column of a type stand among a row's.</summary>
    public static int Order(DataViewType type) => ((type as VectorDataViewType)?.ItemType ?? type) switch
    {
        BooleanDataViewType => 1,
        KeyDataViewType => 2,
        _ => 0,
    };

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

    // Each number becomes a column of its own, named as the scored column or as a part of it.
    private static void AddParts(BuiltInChain chain, IEnumerable<ScoredColumn> columns)
    {
        foreach (IGrouping<int, ScoredColumn> type in columns.GroupBy(c => Order(c.Column.Type)))
        {
            // A mapping takes as many numbers as it has fields; those of the next type begin with the next mapping.
            foreach (string[] names in type.SelectMany(Parts).Chunk(RowParts.Count))
            {
                chain.GoOnWith([(nameof(RowNumbers.MultiTaskNumbers), new VectorDataViewType(
                    NumberDataViewType.Single))]);
                chain.AddParts(type.Key, names);
            }
        }
        chain.Drop([.. columns.Where(c => c.Column.Type is VectorDataViewType).SelectMany(Parts)]);
    }

    private static IEnumerable<string> Parts(ScoredColumn scored) => scored.Column.Type is VectorDataViewType vector
        ? Enumerable.Range(0, vector.Size).Select(i => $"{scored.Column.Name}[{i}]") : [scored.Column.Name];

    private static void AddColumn(BuiltInChain chain, ScoredColumn scored, TaskBlock block)
    {
        string name = scored.Column.Name;
        DataViewType item = (scored.Column.Type as VectorDataViewType)?.ItemType ?? scored.Column.Type;
        if (item is KeyDataViewType)
            item = NumberDataViewType.UInt32;
        chain.GoOnWith(Parts(scored).Select(part => (part, item)));
        if (scored.Column.Type is VectorDataViewType)
            chain.Add(chain.Transforms.Concatenate(name, [.. Parts(scored)]));
        if (scored.Value == ScoredValue.PredictedLabel && (block.Classes ?? block.LabelKey?.Values) is { } classes)
            classes.AddKeyMapping(chain, name);
    }
}
