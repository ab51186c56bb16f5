using System.Text.Json;
using System.Text.Json.Serialization;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// A module in a file: the name of its architecture, its settings and every tensor of its state. The file runs no code:
/// the name's factory, which the program registered, makes the module, and its tensors must be the file's.
/// </summary>
internal sealed class TorchModuleFormat()
    : GroupModelFormat<TorchModuleModel, TorchModuleContent>(TorchModuleModel.KindName,
        TorchModuleJson.Default.TorchModuleContent)
{
    private const string Prefix = "state.";

    /// <summary>Makes model files know modules.</summary>
    public static void Register() => GroupModelFormats.Register(new TorchModuleFormat());

    protected override (TorchModuleContent, IReadOnlyList<Section>) Store(TorchModuleModel model,
        GroupModelFormats formats)
    {
        if (!model.Source.IsNamed)
            throw new ArgumentException(
                "A TorchSharp module without a name cannot be saved: register its factory with " +
                $"{nameof(TorchArchitectures)}.{nameof(TorchArchitectures.Register)} and train it by that name",
                nameof(model));
        var flat = new float[model.Layout.Length];
        model.Layout.Export(flat);
        var sections = new List<Section>();
        foreach (StateTensor t in model.Layout.Tensors)
            sections.Add(Section.Of(Prefix + t.Name, flat[t.Offset..(t.Offset + t.Length)], InFile(t.Shape)));
        sections.Add(Section.Of("targetMeans", model.TargetMeans));
        sections.Add(Section.Of("targetScales", model.TargetScales));
        return (new TorchModuleContent(model.Source.Text.ToString(),
            [.. model.Layout.Tensors.Select(t => new StateContent(t.Name, InFile(t.Shape)))], model.Start), sections);
    }

    protected override ModelPlan Plan(TorchModuleContent content, ModelFrame frame)
    {
        if (Array.IndexOf(content.State, null) >= 0)
            throw new FormatException("A tensor of a module is null");
        ModuleSource source = ModuleSource.Of(content.Architecture);
        if (TorchLibrary.Missing is { } missing)
            throw new FormatException($"The file holds a TorchSharp module. {missing}");
        MultiTaskModule module =
            ModuleBuilder.Create(source.Create, source.Text, frame.FeatureCount, frame.Tasks, seed: 0);
        ModuleLayout layout = ModuleLayout.Of(module);
        ThrowIfOther(content, layout);
        long[] tasks = [frame.Tasks.Count];
        return new ModelPlan(
            [.. layout.Tensors.Select(t => (Prefix + t.Name, SectionType.F32, InFile(t.Shape))),
                ("targetMeans", SectionType.F32, tasks), ("targetScales", SectionType.F32, tasks)],
            layout.Length, sections =>
            {
                var flat = new float[layout.Length];
                for (int i = 0; i < layout.Tensors.Count; i++)
                    ((float[])sections[i].Data).CopyTo(flat, layout.Tensors[i].Offset);
                var scales = (float[])sections[^1].Data;
                if (Array.FindIndex(scales, s => s <= 0) is >= 0 and var t)
                    throw new FormatException(
                        $"Task '{frame.Tasks[t].Name}' has the target scale {scales[t]}; a positive " +
                        "one is expected");
                return new TorchModuleModel(source, module, flat, frame.FeatureCount,
                    (float[])sections[^2].Data, scales,
                    start: content.Start);
            });
    }

    private static void ThrowIfOther(TorchModuleContent content, ModuleLayout layout)
    {
        string[] inFile = [.. content.State.Select(s => $"'{s.Name}' of {Tensors.Text(s.Shape)}")],
            here = [.. layout.Tensors.Select(t => $"'{t.Name}' of {Tensors.Text(InFile(t.Shape))}")];
        if (inFile.SequenceEqual(here, StringComparer.Ordinal))
            return;
        string[] more = [.. inFile.Except(here, StringComparer.Ordinal)],
            less = [.. here.Except(inFile, StringComparer.Ordinal)];
        throw new FormatException(
            $"The file's module of architecture '{content.Architecture}' has other tensors than the one " +
            $"registered here: {First(more, "the file has")}{(more.Length > 0 && less.Length > 0 ? ", " : "")}" +
            $"{First(less, "the registered one has")}{(more.Length + less.Length == 0 ? "their order differs" : "")}");
    }

    private static string First(string[] names, string who) => names.Length == 0 ? ""
        : $"{who} {names[0]}{(names.Length > 1 ? $" and {names.Length - 1} more" : "")}";

    // A single number has no dimension in a module and one in a file.
    private static long[] InFile(long[] shape) => shape.Length == 0 ? [1] : shape;
}

/// <summary>One module: architecture with settings, and its tensors in order.</summary>
internal sealed record TorchModuleContent(string Architecture, StateContent[] State, ModuleStart? Start = null);

/// <summary>One tensor.</summary>
internal sealed record StateContent(string Name, long[] Shape);

/// <summary>The same strict rules as the header's.</summary>
[JsonSourceGenerationOptions(MaxDepth = Container.MaxDepth, AllowTrailingCommas = false,
    ReadCommentHandling = JsonCommentHandling.Disallow,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TorchModuleContent))]
internal sealed partial class TorchModuleJson : JsonSerializerContext;
