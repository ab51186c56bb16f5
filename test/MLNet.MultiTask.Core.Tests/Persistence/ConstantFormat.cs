using System.Text.Json;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Persistence;

/// <summary>The smallest format there can be: the constant is the description.</summary>
internal sealed class ConstantFormat : IGroupModelFormat
{
    public string Kind => "constant";

    public StoredModel Store(IGroupModel model, GroupModelFormats formats) =>
        new(JsonSerializer.SerializeToElement(((ConstantModel)model).Value), [Section.Of("nothing", (byte[])[1, 2])]);

    public ModelPlan Plan(JsonElement description, ModelFrame frame)
    {
        float value = description.GetSingle();
        return new ModelPlan([("nothing", SectionType.U8, [2])], 1,
            _ => new ConstantModel(frame.Tasks, frame.FeatureCount, value));
    }
}
