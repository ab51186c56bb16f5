using System.ComponentModel;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MultiTask.BuiltIn;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Featurization;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Featurization;

/// <summary>
/// A featurizing transformer as a chain of ML.NET's own: the state travels as a text constant, one custom mapping reads
/// each cell, ML.NET's key-to-vector step makes the features of categories, and all are concatenated.
/// </summary>
internal static class BuiltInFeatures
{
    public static ITransformer Chain(MLContext context, FeaturizeTransformer transformer)
    {
        var chain = new BuiltInChain(context, InputOf(transformer));
        chain.AddKey();
        using var state = new MemoryStream();
        transformer.Save(state);
        chain.AddConstant(nameof(CellToEncode.MultiTaskState),
            Convert.ToBase64String(state.GetBuffer(), 0, (int)state.Length));
        List<string> parts = [];
        for (int c = 0; c < transformer.Forms.Count; c++)
            AddColumn(chain, transformer, c, parts);
        chain.Add(chain.Transforms.Concatenate(transformer.OutputColumnName, [.. parts]));
        return chain.Finish();
    }

    private static DataViewSchema InputOf(FeaturizeTransformer transformer)
    {
        var schema = new DataViewSchema.Builder();
        for (int c = 0; c < transformer.Forms.Count; c++)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            if (transformer.Forms[c] == CellForm.Key)
                new Schema.KeyValueTexts("Text", ["0", "1"]).AddTo(annotations);
            schema.AddColumn(transformer.Encoder.Columns[c].Name, transformer.Forms[c] switch
            {
                CellForm.Key => new KeyDataViewType(typeof(uint), 2),
                CellForm.Text => TextDataViewType.Instance,
                CellForm.Single => NumberDataViewType.Single,
                _ => NumberDataViewType.Double,
            }, annotations.ToAnnotations());
        }
        return schema.ToSchema();
    }

    private static void AddColumn(BuiltInChain chain, FeaturizeTransformer transformer, int c, List<string> parts)
    {
        EncodedColumn column = transformer.Encoder.Columns[c];
        bool isNumber = transformer.Forms[c] is CellForm.Number or CellForm.Single;
        const string text = nameof(CellToEncode.MultiTaskText), number = nameof(CellToEncode.MultiTaskNumber);
        if (isNumber)
        {
            chain.AddConstant(text, "");
            chain.Add(chain.Transforms.Conversion.ConvertType(number, column.Name, DataKind.Double), number);
        }
        else
        {
            chain.AddConstant(number, double.NaN);
            if (transformer.Forms[c] == CellForm.Key)
            {
                chain.Add(chain.Transforms.Conversion.MapKeyToValue(text, column.Name));
                chain.Add(chain.Transforms.Conversion.ConvertType(text, text, DataKind.String), text);
            }
            else
                chain.Add(chain.Transforms.CopyColumns(text, column.Name), text);
        }
        chain.AddConstant(nameof(CellToEncode.MultiTaskPlace), c);
        chain.Add(chain.Transforms.CustomMapping(new EncodeFactory().GetMapping(), EncodeFactory.Contract),
            nameof(EncodedCell.MultiTaskCategory), nameof(EncodedCell.MultiTaskSingle),
            nameof(EncodedCell.MultiTaskMissing));
        string part = $"{transformer.OutputColumnName}[{c}]";
        if (column.Categories is { } categories)
        {
            chain.Add(chain.Transforms.Conversion.MapValueToKey(part, nameof(EncodedCell.MultiTaskCategory),
                keyData: chain.Rows(categories.Select(v => "=" + v))), part);
            chain.Add(chain.Transforms.Conversion.MapKeyToVector(part, part));
        }
        else
            chain.Add(chain.Transforms.CopyColumns(part, nameof(EncodedCell.MultiTaskSingle)), part);
        parts.Add(part);
        if (!column.HasIndicator)
            return;
        chain.Add(chain.Transforms.CopyColumns(part + "?", nameof(EncodedCell.MultiTaskMissing)), part + "?");
        parts.Add(part + "?");
    }
}

/// <summary>A raw cell of a row.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CellToEncode
{
    /// <summary>The cell of a column of texts.</summary>
    public string MultiTaskText { get; set; } = "";

    /// <summary>The cell of a column of numbers.</summary>
    public double MultiTaskNumber { get; set; }

    /// <summary>Number of the column.</summary>
    public int MultiTaskPlace { get; set; }

    /// <summary>Base-64 text of the featurizing transformer.</summary>
    public string MultiTaskState { get; set; } = "";
}

/// <summary>What a raw cell becomes.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class EncodedCell
{
    /// <summary>The text of a category.</summary>
    public string MultiTaskCategory { get; set; } = "";

    /// <summary>The feature of a number.</summary>
    public float MultiTaskSingle { get; set; }

    /// <summary>1 where the value is missing.</summary>
    public float MultiTaskMissing { get; set; }
}

/// <summary>Encodes one raw cell.</summary>
[CustomMappingFactoryAttribute(Contract)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class EncodeFactory : CustomMappingFactory<CellToEncode, EncodedCell>
{
    internal const string Contract = "MLNet.MultiTask.Encode";

    /// <inheritdoc/>
    public override Action<CellToEncode, EncodedCell> GetMapping()
    {
        StateCache<FeaturizeTransformer> cache = new(text => FeaturizeState.Load(new MLContext(),
            new MemoryStream(Convert.FromBase64String(text)),
            new MultiTaskModelLoadOptions { MaxBytes = long.MaxValue }));
        return (input, output) => Encode(cache.Get(input.MultiTaskState), input, output);
    }

    private static void Encode(FeaturizeTransformer transformer, CellToEncode input, EncodedCell output)
    {
        int c = input.MultiTaskPlace;
        EncodedColumn column = transformer.Encoder.Columns[c];
        bool isNumber = transformer.Forms[c] is CellForm.Number or CellForm.Single;
        ReadOnlySpan<char> text = input.MultiTaskText.AsSpan().Trim();
        (output.MultiTaskCategory, output.MultiTaskSingle, output.MultiTaskMissing) = ("", 0, 0);
        if (transformer.Places[c] is { } places)
        {
            string category = isNumber ? RawCells.TextOf(input.MultiTaskNumber)
                : transformer.Rules.Category(text).ToString();
            // To ML.NET the empty text is a missing value, to us a category.
            output.MultiTaskCategory = "=" + category;
            if (category.Length > 0 && !places.ContainsKey(category))
                FeatureTelemetry.Unknown(column.Name, 1);
            return;
        }
        double number = input.MultiTaskNumber;
        if (!isNumber && !transformer.Rules.TryNumber(text, out number))
        {
            number = double.NaN;
            FeatureTelemetry.Unknown(column.Name, 1);
        }
        output.MultiTaskSingle = column.Encode(number);
        output.MultiTaskMissing = double.IsNaN(number) ? 1 : 0;
    }
}
