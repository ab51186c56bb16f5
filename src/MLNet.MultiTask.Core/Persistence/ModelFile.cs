using MLNet.MultiTask.Data;
using System.Text.Json;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// Saves and loads trained models. A file is data only: it cannot name code, a path or a type, it is refused as a whole
/// (<see cref="ModelFormatException"/>) when a single bit is wrong, and it never takes more memory than a small
/// multiple of its length. What it cannot show is whether the weights in it are good: take models from where you would
/// take predictions.
/// </summary>
public static class ModelFile
{
    private const string Kind = "MultiTaskModel";
    private const string Encoder = "encoder";

    /// <summary>Saves to a file in one step: an existing file stays as it is until the new one is complete.</summary>
    /// <exception cref="ArgumentException">A parameter is not finite, or names take more than 64 MiB.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(SavedModel model, string path) => AtomicFile.Write(path, stream => Save(model, stream));

    /// <summary>Saves to the current position of a stream, which stays open.</summary>
    /// <exception cref="ArgumentException">A parameter is not finite, names take more than 64 MiB, or there is no
    /// format for a kind of model.</exception>
    public static void Save(SavedModel model, Stream stream) => Save(model, stream, GroupModelFormats.BuiltIn);

    /// <summary>The same, with further formats.</summary>
    internal static void Save(SavedModel model, Stream stream, GroupModelFormats formats)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        byte[] encoder = model.Encoder is null ? []
            : JsonSerializer.SerializeToUtf8Bytes(EncoderContent.Of(model.Encoder), ModelJson.Default.EncoderContent);
        MultiTaskModel m = model.Model;
        var sections = new List<Section>();
        GroupModelContent[] models = [.. m.Models.Select((own, g) =>
            GroupModelContent.Of(own, Prefix("models", g), formats, sections))];
        if (encoder.Length > 0)
            sections.Add(Section.Of(Encoder, encoder));
        var content = new ModelContent(m.FeatureCount, [.. m.Tasks.Select(TaskContent.Of)], m.Grouping.ToString(),
            models, encoder.Length, SplitContent.Of(model.Split));
        Container.Write(stream, Kind, JsonSerializer.SerializeToElement(content, ModelJson.Default.ModelContent),
            sections, Container.Models);
    }

    /// <summary>Loads a file.</summary>
    /// <param name="path">The file; nothing may follow the model in it.</param>
    /// <param name="options">Limits; null = the defaults.</param>
    /// <exception cref="ModelFormatException">The file is damaged, foreign, newer, or over a limit.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SavedModel Load(string path, MultiTaskModelLoadOptions? options = null)
    {
        using FileStream stream = File.OpenRead(path);
        SavedModel model = Load(stream, options);
        ContainerReader.ThrowUnlessAtEnd(stream);
        return model;
    }

    /// <summary>Loads from the current position of a stream, which stays open right behind the model.</summary>
    /// <param name="stream">Need not be seekable.</param>
    /// <param name="options">Limits; null = the defaults.</param>
    /// <exception cref="ModelFormatException">The model is damaged, foreign, newer, or over a limit.</exception>
    public static SavedModel Load(Stream stream, MultiTaskModelLoadOptions? options = null) =>
        Load(stream, options, GroupModelFormats.BuiltIn);

    /// <summary>The same, with further formats.</summary>
    internal static SavedModel Load(Stream stream, MultiTaskModelLoadOptions? options, GroupModelFormats formats)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new MultiTaskModelLoadOptions();
        ContainerReader reader = ContainerReader.Open(stream, Kind, options);
        try
        {
            ModelContent content = Content(reader);
            content.ThrowIfNull();
            (TaskInfo[] tasks, TaskGrouping grouping) = Describe(content, options);
            ModelPlan[] plans = Plans(content, tasks, grouping, reader.Version < 3 ? "networks" : "models",
                new ModelFrame(content.FeatureCount, tasks, options, formats));
            reader.ThrowUnlessSectionsAre([.. plans.SelectMany(p => p.Sections),
                .. ExpectedEncoder(content.EncoderLength)]);
            Section[] sections = [.. reader.ReadSections()];
            int next = 0;
            IGroupModel[] models = [.. plans.Select(plan => plan.Build(sections[next..(next += plan.Sections.Count)]))];
            return new SavedModel(new MultiTaskModel(tasks, grouping, models),
                content.EncoderLength > 0 ? EncoderOf(sections[^1], content) : null, content.Split?.ToSplit());
        }
        catch (Exception e) when (Container.IsDamage(e))
        {
            throw new ModelFormatException("content", ContainerHeader.Shorten(e.Message), e);
        }
    }

    private static ModelContent Content(ContainerReader reader) => reader.Version < 3
        ? reader.Content(ModelJson.Default.NetworksContent).ToCurrent()
        : reader.Content(ModelJson.Default.ModelContent);

    private static string Prefix(string models, int group) => FormattableString.Invariant($"{models}.{group}.");

    // Everything is checked against the limits before anything of its size is built.
    private static (TaskInfo[] Tasks, TaskGrouping Grouping) Describe(ModelContent content,
        MultiTaskModelLoadOptions options)
    {
        if (content.Tasks.Length > options.MaxTasks)
            throw new ModelFormatException("tasks",
                $"{Counted.Of(content.Tasks.Length, "task")}, over the limit of {options.MaxTasks}");
        if (content.EncoderLength < 0)
            throw new ModelFormatException("encoder", $"its length is {content.EncoderLength}");
        TaskInfo[] tasks = [.. content.Tasks.Select(t => t.ToTask())];
        TaskGrouping grouping = TaskGrouping.Parse(content.Grouping);
        return grouping.TaskCount == tasks.Length && grouping.Count == content.Models.Length ? (tasks, grouping)
            : throw new ModelFormatException("grouping",
                $"it is over {Counted.Of(grouping.TaskCount, "task")} in {Counted.Of(grouping.Count, "group")}, " +
                $"the file describes {Counted.Of(tasks.Length, "task")} and " +
                $"{Counted.Of(content.Models.Length, "model")}");
    }

    private static ModelPlan[] Plans(ModelContent content, TaskInfo[] tasks, TaskGrouping grouping, string prefix,
        ModelFrame frame)
    {
        var plans = new ModelPlan[grouping.Count];
        long parameters = 0;
        for (int g = 0; g < plans.Length; g++)
        {
            plans[g] = content.Models[g].Plan(Prefix(prefix, g),
                frame with { Tasks = [.. grouping.Groups[g].Members.Select(t => tasks[t])] });
            parameters += plans[g].Parameters;
            if (plans[g].Parameters < 0 || parameters > frame.Options.MaxParameters)
                throw new ModelFormatException("models",
                    $"{parameters} parameters, over the limit of {frame.Options.MaxParameters}");
        }
        return plans;
    }

    private static (string, string, long[])[] ExpectedEncoder(int length) =>
        length == 0 ? [] : [(Encoder, SectionType.U8, [length])];

    private static FeatureEncoder EncoderOf(Section section, ModelContent content)
    {
        FeatureEncoder encoder = JsonSerializer.Deserialize((byte[])section.Data,
            ModelJson.Default.EncoderContent)?.ToEncoder()
            ?? throw new ModelFormatException(Encoder, "it is null");
        return encoder.FeatureCount == content.FeatureCount ? encoder
            : throw new ModelFormatException(Encoder,
                $"it makes {Counted.Of(encoder.FeatureCount, "feature")}, the model takes {content.FeatureCount}");
    }
}
