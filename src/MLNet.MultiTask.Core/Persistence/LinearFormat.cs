namespace MLNet.MultiTask.Persistence;

/// <summary>A linear model in a file: its weights and biases.</summary>
internal sealed class LinearFormat()
    : GroupModelFormat<LinearModel, LinearContent>(LinearModel.KindName, ModelJson.Default.LinearContent)
{
    protected override (LinearContent, IReadOnlyList<Section>) Store(
        LinearModel model, GroupModelFormats formats) => (new LinearContent(),
        [Section.Of("weights", model.Weights, model.FeatureCount, model.OutputCount), Section.Of("bias", model.Bias)]);

    protected override ModelPlan Plan(LinearContent content, ModelFrame frame)
    {
        long features = frame.FeatureCount, outputs = frame.Tasks.Sum(t => (long)t.OutputCount);
        return new ModelPlan([("weights", SectionType.F32, [features, outputs]), ("bias", SectionType.F32, [outputs])],
            (features + 1) * outputs, sections => new LinearModel(frame.FeatureCount, frame.Tasks,
                (float[])sections[0].Data, (float[])sections[1].Data));
    }
}

/// <summary>Nothing is said of a linear model but its numbers.</summary>
internal sealed record LinearContent;
