using System.Text.Json;
using MLNet.MultiTask.Networks;

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

    /// <summary>Saves to a file in one step: an existing file stays as it is until the new one is complete.</summary>
    /// <exception cref="ArgumentException">A parameter is not finite, or names take more than 1 MiB.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(SavedModel model, string path) => AtomicFile.Write(path, stream => Save(model, stream));

    /// <summary>Saves to the current position of a stream, which stays open.</summary>
    /// <exception cref="ArgumentException">A parameter is not finite, or names take more than 1 MiB.</exception>
    public static void Save(SavedModel model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        byte[] encoder = model.Encoder is null ? []
            : JsonSerializer.SerializeToUtf8Bytes(EncoderContent.Of(model.Encoder), ModelJson.Default.EncoderContent);
        MultiTaskModel m = model.Model;
        SharedBottomNetwork[] networks = [.. m.Models.Cast<SharedBottomNetwork>()];
        var content = new ModelContent(m.FeatureCount, [.. m.Tasks.Select(TaskContent.Of)], m.Grouping.ToString(),
            [.. networks.Select(n => NetworkContent.Of(n.Shape))], encoder.Length,
            SplitContent.Of(model.Split));
        List<Section> sections = [.. ModelSections.Of(m)];
        if (encoder.Length > 0)
            sections.Add(Section.Of(ModelSections.Encoder, encoder));
        Container.Write(stream, Kind, JsonSerializer.SerializeToElement(content, ModelJson.Default.ModelContent),
            sections, model.Split is not null || networks.Any(n => n.Shape.LayerNorm) ? 2u : 1u);
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
    public static SavedModel Load(Stream stream, MultiTaskModelLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new MultiTaskModelLoadOptions();
        ContainerReader reader = ContainerReader.Open(stream, Kind, options);
        try
        {
            ModelContent content = reader.Content(ModelJson.Default.ModelContent);
            content.ThrowIfNull();
            (TaskInfo[] tasks, TaskGrouping grouping, NetworkShape[] shapes) =
                Describe(content, reader.Header.Sections.Length, options);
            reader.ThrowUnlessSectionsAre([.. ModelSections.Expected(shapes),
                .. ExpectedEncoder(content.EncoderLength)]);
            var sections = new Queue<Section>(reader.ReadSections());
            SharedBottomNetwork[] networks = [.. shapes.Select(s => ModelSections.TakeNetwork(s, sections))];
            return new SavedModel(new MultiTaskModel(tasks, grouping, networks), Encoder(sections, content),
                content.Split?.ToSplit());
        }
        catch (Exception e) when (e is ArgumentException or JsonException
            or (FormatException and not ModelFormatException))
        {
            throw new ModelFormatException("content", ContainerHeader.Shorten(e.Message), e);
        }
    }

    // Everything is checked against the limits before anything of its size is built.
    private static (TaskInfo[] Tasks, TaskGrouping Grouping, NetworkShape[] Shapes) Describe(
        ModelContent content, int sections, MultiTaskModelLoadOptions options)
    {
        if (content.Tasks.Length > options.MaxTasks)
            throw new ModelFormatException("tasks",
                $"{content.Tasks.Length} tasks, over the limit of {options.MaxTasks}");
        TaskInfo[] tasks = [.. content.Tasks.Select(t => t.ToTask())];
        TaskGrouping grouping = TaskGrouping.Parse(content.Grouping);
        if (grouping.TaskCount != tasks.Length || grouping.Count != content.Networks.Length)
            throw new ModelFormatException("grouping",
                $"it is over {grouping.TaskCount} tasks in {grouping.Count} groups, " +
                $"the file describes {tasks.Length} tasks and {content.Networks.Length} networks");
        if (content.EncoderLength < 0 || sections != content.Networks.Sum(ModelSections.CountOf)
            + Math.Sign(content.EncoderLength))
            throw new ModelFormatException("sections", "their number does not fit the networks");
        var shapes = new NetworkShape[grouping.Count];
        long parameters = 0;
        for (int g = 0; g < shapes.Length; g++)
        {
            shapes[g] = new NetworkShape(content.FeatureCount, content.Networks[g].Hidden,
                [.. grouping.Groups[g].Members.Select(t => tasks[t])], content.Networks[g].LayerNorm);
            parameters += shapes[g].ParameterCount;
        }
        return parameters <= options.MaxParameters ? (tasks, grouping, shapes)
            : throw new ModelFormatException("networks",
                $"{parameters} parameters, over the limit of {options.MaxParameters}");
    }

    private static (string, string, long[])[] ExpectedEncoder(int length) =>
        length == 0 ? [] : [(ModelSections.Encoder, SectionType.U8, [length])];

    private static FeatureEncoder? Encoder(Queue<Section> rest, ModelContent content)
    {
        if (!rest.TryDequeue(out Section? section))
            return null;
        FeatureEncoder encoder = JsonSerializer.Deserialize((byte[])section.Data,
            ModelJson.Default.EncoderContent)?.ToEncoder()
            ?? throw new ModelFormatException(ModelSections.Encoder, "it is null");
        return encoder.FeatureCount == content.FeatureCount ? encoder
            : throw new ModelFormatException(ModelSections.Encoder,
                $"it makes {encoder.FeatureCount} features, the model takes {content.FeatureCount}");
    }
}
