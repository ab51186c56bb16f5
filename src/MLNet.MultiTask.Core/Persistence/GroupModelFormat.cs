using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// How models of one kind are kept in a model file: a description in JSON and arrays. A description is not trusted:
/// <see cref="Plan"/> checks it, and says what arrays it implies, before any of them is read.
/// </summary>
internal interface IGroupModelFormat
{
    /// <summary>The <see cref="IGroupModel.Kind"/> that this is the format of.</summary>
    string Kind { get; }

    /// <summary>Takes a model apart.</summary>
    /// <param name="model">Of this kind.</param>
    /// <param name="formats">For models that are made of others.</param>
    /// <exception cref="ArgumentException">The model cannot be saved (the reason is said).</exception>
    StoredModel Store(IGroupModel model, GroupModelFormats formats);

    /// <summary>Reads a description.</summary>
    /// <exception cref="FormatException">It does not fit, or asks for more than the limits allow.</exception>
    /// <exception cref="ArgumentException">The same.</exception>
    ModelPlan Plan(JsonElement description, ModelFrame frame);
}

/// <summary>A model taken apart; names of arrays are unique within it.</summary>
internal sealed record StoredModel(JsonElement Description, IReadOnlyList<Section> Sections);

/// <summary>What is known of a model before its description is read.</summary>
/// <param name="FeatureCount">Number of features.</param>
/// <param name="Tasks">The model's tasks in order.</param>
/// <param name="Options">Limits.</param>
/// <param name="Formats">For models that are made of others.</param>
internal sealed record ModelFrame(int FeatureCount, IReadOnlyList<TaskInfo> Tasks, MultiTaskModelLoadOptions Options,
    GroupModelFormats Formats);

/// <summary>What a description implies.</summary>
/// <param name="Sections">Name, type and shape of the model's arrays, in order.</param>
/// <param name="Parameters">Numbers to be held, for the limit of a file.</param>
/// <param name="Build">Makes the model of exactly these arrays.</param>
internal sealed record ModelPlan(IReadOnlyList<(string Name, string Type, long[] Shape)> Sections, long Parameters,
    Func<IReadOnlyList<Section>, IGroupModel> Build);

/// <summary>A format whose descriptions are <typeparamref name="TContent"/> and whose models are
/// <typeparamref name="TModel"/>.</summary>
internal abstract class GroupModelFormat<TModel, TContent>(string kind, JsonTypeInfo<TContent> type) : IGroupModelFormat
    where TModel : class, IGroupModel
{
    public string Kind => kind;

    public StoredModel Store(IGroupModel model, GroupModelFormats formats)
    {
        var own = model as TModel ?? throw new ArgumentException($"A model of kind '{kind}' is a " +
            $"{typeof(TModel).Name}, this one is a {model.GetType().Name}", nameof(model));
        (TContent content, IReadOnlyList<Section> sections) = Store(own, formats);
        return new StoredModel(JsonSerializer.SerializeToElement(content, type), sections);
    }

    public ModelPlan Plan(JsonElement description, ModelFrame frame) => Plan(
        description.Deserialize(type) ?? throw new FormatException("The description of a model is null"), frame);

    protected abstract (TContent Content, IReadOnlyList<Section> Sections) Store(TModel model,
        GroupModelFormats formats);

    protected abstract ModelPlan Plan(TContent content, ModelFrame frame);
}
