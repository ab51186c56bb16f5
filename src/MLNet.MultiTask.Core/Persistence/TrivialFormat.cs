using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Persistence;

/// <summary>A trivial model in a file: its outputs.</summary>
internal sealed class TrivialFormat()
    : GroupModelFormat<TrivialModel, TrivialContent>(TrivialModel.KindName, ModelJson.Default.TrivialContent)
{
    protected override (TrivialContent, IReadOnlyList<Section>) Store(TrivialModel model, GroupModelFormats formats) =>
        (new TrivialContent(), [Section.Of("outputs", [.. model.Outputs])]);

    protected override ModelPlan Plan(TrivialContent content, ModelFrame frame)
    {
        int outputs = frame.Tasks.Sum(t => t.OutputCount);
        return new ModelPlan([("outputs", SectionType.F32, [outputs])], outputs, sections =>
            new TrivialModel(frame.FeatureCount, frame.Tasks, (float[])sections[0].Data));
    }
}

/// <summary>Nothing is said of a constant but its outputs.</summary>
internal sealed record TrivialContent;
