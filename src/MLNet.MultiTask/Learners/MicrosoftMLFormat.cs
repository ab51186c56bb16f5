using MLNet.MultiTask.Data;
using System.Text.Json;
using System.Text.Json.Serialization;
using MLNet.MultiTask.Persistence;
using Microsoft.ML;

namespace MLNet.MultiTask.Learners;

/// <summary>
/// A model by a trainer of ML.NET in our file: what <c>mlContext.Model.Save</c> writes, as one array. ML.NET loads it
/// by type names in it, so it is read only where that is allowed.
/// </summary>
internal sealed class MicrosoftMLFormat(MLContext context)
    : GroupModelFormat<MicrosoftMLModel, MicrosoftMLContent>(Name, LearnerJson.Default.MicrosoftMLContent)
{
    public const string Name = "microsoft-ml";
    private const string Transformer = "transformer";

    protected override (MicrosoftMLContent, IReadOnlyList<Section>) Store(
        MicrosoftMLModel model, GroupModelFormats formats)
    {
        using var stream = new MemoryStream();
        context.Model.Save(model.Transformer, model.Schema.Columns, stream);
        return (new MicrosoftMLContent(checked((int)stream.Length), model.Weighted, model.Softmax),
            [Section.Of(Transformer, stream.ToArray())]);
    }

    protected override ModelPlan Plan(MicrosoftMLContent content, ModelFrame frame)
    {
        if (!frame.Options.TrustMicrosoftMLStages)
            throw MicrosoftMLStage.NotTrusted();
        if (content.Length < 1 || frame.Tasks.Count != 1)
            throw new FormatException($"A model of {Counted.Of(content.Length, "byte")} for " +
                $"{Counted.Of(frame.Tasks.Count, "task")} is none of Microsoft.ML's");
        return new ModelPlan([(Transformer, SectionType.U8, [content.Length])], content.Length / sizeof(float),
            sections => new MicrosoftMLModel(
                MicrosoftMLStage.Load(context, new MemoryStream((byte[])sections[0].Data)), frame.Tasks[0],
                frame.FeatureCount, content.Weighted, content.Softmax));
    }
}

/// <summary>Length of ML.NET's file, and how its scores are read.</summary>
internal sealed record MicrosoftMLContent(int Length, bool Weighted, bool Softmax);

/// <summary>The same strict rules as the header's.</summary>
[JsonSourceGenerationOptions(MaxDepth = Container.MaxDepth, AllowTrailingCommas = false,
    ReadCommentHandling = JsonCommentHandling.Disallow,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MicrosoftMLContent))]
internal sealed partial class LearnerJson : JsonSerializerContext;
