using MLNet.MultiTask.Persistence;
using System.Text.Json;
using Microsoft.ML;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Featurization;

namespace MLNet.MultiTask.Featurization;

/// <summary>A featurizing transformer as bytes.</summary>
internal static class FeaturizeState
{
    private const string Encoder = "encoder";

    public static void Save(FeaturizeTransformer transformer, Stream stream)
    {
        byte[] encoder = JsonSerializer.SerializeToUtf8Bytes(EncoderContent.Of(transformer.Encoder),
            ModelJson.Default.EncoderContent);
        var content = new FeaturizeContent(transformer.OutputColumnName, [.. transformer.Rules.Missing],
            transformer.Rules.DecimalComma, [.. transformer.Forms.Select(f => f.ToString())],
            [.. transformer.Reading.LeftOut], encoder.Length);
        Container.Write(stream, FeaturizeTransformer.Kind, JsonSerializer.SerializeToElement(content,
            TransformerJson.Default.FeaturizeContent), [Section.Of(Encoder, encoder)]);
    }

    /// <exception cref="ModelFormatException">The bytes are damaged, foreign, newer, or over a limit.</exception>
    public static FeaturizeTransformer Load(MLContext context, Stream stream, MultiTaskModelLoadOptions options) =>
        StateReader.Read(stream, FeaturizeTransformer.Kind, options, TransformerJson.Default.FeaturizeContent,
            content => [(Encoder, SectionType.U8, [content.EncoderLength])],
            (content, sections) =>
            {
                FeatureEncoder encoder = Decode((byte[])sections[0].Data);
                if (content.OutputColumnName.Length == 0 || Array.IndexOf(content.Missing, null) >= 0
                    || Array.IndexOf(content.LeftOut, null) >= 0
                    || content.Forms.Length != encoder.Columns.Count)
                    throw new FormatException($"{Counted.Of(content.Forms.Length, "form")} of " +
                        $"{Counted.Of(encoder.Columns.Count, "column")}, or a name is missing");
                return new FeaturizeTransformer(context, encoder, new CellRules(content.Missing,
                    content.DecimalComma), [.. content.Forms.Select(Form)], content.OutputColumnName,
                    content.LeftOut);
            });

    private static FeatureEncoder Decode(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ModelJson.Default.EncoderContent)?.ToEncoder()
                ?? throw new FormatException("The encoder is null");
        }
        catch (JsonException e)
        {
            throw new FormatException($"The encoder is not readable: {e.Message}", e);
        }
    }

    private static CellForm Form(string name) => Enum.GetValues<CellForm>().Where(f => f.ToString() == name) is var all
        && all.Any() ? all.First() : throw new FormatException($"'{name}' is no form of cells");
}
