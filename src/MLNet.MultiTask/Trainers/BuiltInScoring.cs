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
    private static readonly VectorDataViewType s_numbers = new(NumberDataViewType.Single);

    private static readonly (string, DataViewType)[] s_all =
        [(nameof(RowToSplit.MultiTaskAll), s_numbers), (nameof(ConstantKey.MultiTaskKey), NumberDataViewType.Int32)];

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

    /// <summary>
    /// Where the numbers of each column begin: those of one type from a multiple of a mapping's fields on.
    /// </summary>
    public static IEnumerable<int> Starts(IEnumerable<DataViewType> types)
    {
        int count = 0, last = 0;
        foreach (DataViewType type in types)
        {
            if (Order(type) != last)
                count = (count + RowParts.Count - 1) / RowParts.Count * RowParts.Count;
            yield return count;
            last = Order(type);
            count += (type as VectorDataViewType)?.Size ?? 1;
        }
    }

    // Each number becomes a column of its own, and a long vector a few, named as parts of the scored column.
    private static void AddParts(BuiltInChain chain, ScoredColumn[] columns)
    {
        if (columns.Any(IsLong))
            chain.Add(
                chain.Transforms.CopyColumns(nameof(RowToSplit.MultiTaskAll), nameof(RowNumbers.MultiTaskNumbers)),
                nameof(RowToSplit.MultiTaskAll));
        int[] starts = [.. Starts(columns.Select(c => c.Column.Type))];
        int position = 0;
        for (int i = 0, after; i < columns.Length; i = after)
        {
            int type = Order(columns[i].Column.Type);
            after = i + 1;
            if (IsLong(columns[i]))
            {
                position = after < columns.Length ? starts[after] : starts[i] + SizeOf(columns[i]);
                AddVectors(chain, type, columns[i], starts[i], position);
                continue;
            }
            while (after < columns.Length && Order(columns[after].Column.Type) == type && !IsLong(columns[after]))
                after++;
            if (position != starts[i])
            {
                chain.GoOnWith(s_all);
                chain.GoTo(starts[i]);
            }
            position = starts[i] + AddNumbers(chain, type, columns[i..after].SelectMany(Parts).Select(p => p.Name));
        }
        chain.Drop([.. columns.Where(c => c.Column.Type is VectorDataViewType).SelectMany(Parts).Select(p => p.Name)]);
    }

    // A mapping takes as many numbers as it has fields, more than there are names in the last one.
    private static int AddNumbers(BuiltInChain chain, int type, IEnumerable<string> names)
    {
        int taken = 0;
        foreach (string[] some in names.Chunk(RowParts.Count))
        {
            chain.GoOnWith([(nameof(RowNumbers.MultiTaskNumbers), s_numbers)]);
            chain.AddParts(type, some);
            taken += RowParts.Count;
        }
        return taken;
    }

    private static void AddVectors(BuiltInChain chain, int type, ScoredColumn scored, int start, int next)
    {
        foreach ((string, int Size)[] vectors in Vectors(scored))
        {
            chain.GoOnWith(s_all);
            chain.AddVectors(type, vectors, start, next);
            start += vectors.Sum(v => v.Size);
        }
    }

    private static bool IsLong(ScoredColumn scored) => SizeOf(scored) > RowParts.Count;

    private static int SizeOf(ScoredColumn scored) => (scored.Column.Type as VectorDataViewType)?.Size ?? 1;

    // Columns and their sizes, in the order of the numbers.
    private static IEnumerable<(string Name, int Size)> Parts(ScoredColumn scored) =>
        IsLong(scored) ? Vectors(scored).SelectMany(v => v)
        : scored.Column.Type is VectorDataViewType vector
            ? Enumerable.Range(0, vector.Size).Select(i => ($"{scored.Column.Name}[{i}]", 1))
            : [(scored.Column.Name, 1)];

    // What one mapping takes of a long vector: each power of two at most once.
    private static IEnumerable<(string Name, int Size)[]> Vectors(ScoredColumn scored)
    {
        int most = RowParts.VectorSizes.Sum(), start = 0;
        for (int left = SizeOf(scored); left > 0; left -= most)
        {
            int count = Math.Min(left, most);
            int[] sizes = [.. RowParts.VectorSizes.Where(size => (count & size) != 0)];
            yield return [.. sizes.Select(size => ($"{scored.Column.Name}[{(start += size) - size}..]", size))];
        }
    }

    private static void AddColumn(BuiltInChain chain, ScoredColumn scored, TaskBlock block)
    {
        string name = scored.Column.Name;
        var item = (PrimitiveDataViewType)((scored.Column.Type as VectorDataViewType)?.ItemType ?? scored.Column.Type);
        if (item is KeyDataViewType)
            item = NumberDataViewType.UInt32;
        (string Name, int Size)[] parts = [.. Parts(scored)];
        chain.GoOnWith(parts.Select(part => (part.Name, IsLong(scored) ? new VectorDataViewType(item, part.Size)
            : (DataViewType)item)));
        if (scored.Column.Type is VectorDataViewType)
            chain.Add(chain.Transforms.Concatenate(name, [.. parts.Select(p => p.Name)]));
        if (scored.Value == ScoredValue.PredictedLabel && (block.Classes ?? block.LabelKey?.Values) is { } classes)
            classes.AddKeyMapping(chain, name);
    }
}
