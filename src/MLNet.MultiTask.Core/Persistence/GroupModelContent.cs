using System.Text.Json;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Persistence;

/// <summary>One group's model in a header: its kind and what the kind's format says about it.</summary>
internal sealed record GroupModelContent(string Kind, JsonElement Description)
{
    /// <summary>Takes a model apart; its arrays get names that begin with <paramref name="prefix"/>.</summary>
    /// <exception cref="ArgumentException">The model cannot be saved.</exception>
    public static GroupModelContent Of(IGroupModel model, string prefix, GroupModelFormats formats,
        List<Section> sections)
    {
        StoredModel stored = formats.Of(model).Store(model, formats);
        sections.AddRange(stored.Sections.Select(s => s.Renamed(prefix + s.Name)));
        return new GroupModelContent(model.Kind, stored.Description);
    }

    /// <summary>Reads the description; the arrays' names begin with <paramref name="prefix"/>.</summary>
    /// <exception cref="FormatException">The kind is unknown, or the description does not fit.</exception>
    /// <exception cref="ArgumentException">The description does not fit.</exception>
    public ModelPlan Plan(string prefix, ModelFrame frame)
    {
        ModelPlan plan = frame.Formats.Of(Kind).Plan(Description, frame);
        return plan with { Sections = [.. plan.Sections.Select(s => (prefix + s.Name, s.Type, s.Shape))] };
    }
}
