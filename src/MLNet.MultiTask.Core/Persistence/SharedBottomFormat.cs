using System.Text.Json.Serialization;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// A shared-bottom network in a file: per layer weights and biases (and gains and shifts), then the scaling of its
/// regression targets.
/// </summary>
internal sealed class SharedBottomFormat()
    : GroupModelFormat<SharedBottomNetwork, NetworkContent>("shared-bottom", ModelJson.Default.NetworkContent)
{
    protected override (NetworkContent, IReadOnlyList<Section>) Store(
        SharedBottomNetwork model, GroupModelFormats formats)
    {
        var sections = new List<Section>();
        foreach ((string name, int offset, long[] shape) in Arrays(model.Shape))
            sections.Add(Section.Of(name, model.Parameters[offset..(offset + (int)SectionInfo.Count(shape))], shape));
        sections.Add(Section.Of("targetMeans", model.TargetMeans));
        sections.Add(Section.Of("targetScales", model.TargetScales));
        return (new NetworkContent([.. model.Shape.Hidden], model.Shape.LayerNorm, model.Shape.LinearSkip), sections);
    }

    protected override ModelPlan Plan(NetworkContent content, ModelFrame frame)
    {
        var shape = new NetworkShape(frame.FeatureCount, content.Hidden, frame.Tasks, content.LayerNorm,
            content.LinearSkip);
        (string Name, int Offset, long[] Shape)[] arrays = [.. Arrays(shape)];
        long[] tasks = [shape.Tasks.Count];
        return new ModelPlan(
            [.. arrays.Select(a => (a.Name, SectionType.F32, a.Shape)), ("targetMeans", SectionType.F32, tasks),
                ("targetScales", SectionType.F32, tasks)],
            shape.ParameterCount, sections =>
            {
                var parameters = new float[shape.ParameterCount];
                for (int i = 0; i < arrays.Length; i++)
                    ((float[])sections[i].Data).CopyTo(parameters, arrays[i].Offset);
                return new SharedBottomNetwork(shape, parameters, (float[])sections[^2].Data,
                    (float[])sections[^1].Data);
            });
    }

    private static IEnumerable<(string Name, int Offset, long[] Shape)> Arrays(NetworkShape shape)
    {
        for (int l = 0; l < shape.LayerCount; l++)
        {
            LayerShape layer = shape.Layer(l);
            string prefix = FormattableString.Invariant($"layers.{l}.");
            yield return (prefix + "weight", layer.WeightOffset, [layer.Outputs, layer.Inputs]);
            yield return (prefix + "bias", layer.BiasOffset, [layer.Outputs]);
            if (!layer.IsNormalized)
                continue;
            yield return (prefix + "gain", layer.GainOffset, [layer.Outputs]);
            yield return (prefix + "shift", layer.ShiftOffset, [layer.Outputs]);
        }
        if (shape.Skip is { } skip)
            yield return ("skip.weight", skip.WeightOffset, [skip.Outputs, skip.Inputs]);
    }
}

/// <summary>One network: the widths of its trunk, and whether it has layer norm and a linear skip.</summary>
internal sealed record NetworkContent(int[] Hidden,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool LayerNorm = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool LinearSkip = false);
