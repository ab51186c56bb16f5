using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Persistence;

/// <summary>A constant model in a file: its outputs.</summary>
internal sealed class ConstantFormat()
    : GroupModelFormat<ConstantModel, ConstantContent>(ConstantModel.KindName, ModelJson.Default.ConstantContent)
{
    protected override (ConstantContent, IReadOnlyList<Section>) Store(ConstantModel model) =>
        (new ConstantContent(), [Section.Of("outputs", [.. model.Outputs])]);

    protected override ModelPlan Plan(ConstantContent content, ModelFrame frame)
    {
        int outputs = frame.Tasks.Sum(t => t.OutputCount);
        return new ModelPlan([("outputs", SectionType.F32, [outputs])], outputs, sections =>
            new ConstantModel(frame.FeatureCount, frame.Tasks, (float[])sections[0].Data));
    }
}

/// <summary>Nothing is said of a constant but its outputs.</summary>
internal sealed record ConstantContent;
