using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// The arrays of a model in file order: per network its layers' weights and biases (and gains and shifts),
/// then the scaling of its regression
/// targets.
/// </summary>
internal static class ModelSections
{
    public const string Encoder = "encoder";

    public static IEnumerable<Section> Of(MultiTaskModel model)
    {
        for (int g = 0; g < model.Models.Count; g++)
        {
            var network = (SharedBottomNetwork)model.Models[g];
            for (int l = 0; l < network.Shape.LayerCount; l++)
            {
                LayerShape layer = network.Shape.Layer(l);
                yield return Section.Of(Weight(g, l), network.Parameters[layer.WeightOffset..layer.BiasOffset],
                    layer.Outputs, layer.Inputs);
                yield return Section.Of(Bias(g, l),
                    network.Parameters[layer.BiasOffset..(layer.BiasOffset + layer.Outputs)]);
                if (!layer.IsNormalized)
                    continue;
                yield return Section.Of(Gain(g, l),
                    network.Parameters[layer.GainOffset..(layer.GainOffset + layer.Outputs)]);
                yield return Section.Of(Shift(g, l),
                    network.Parameters[layer.ShiftOffset..(layer.ShiftOffset + layer.Outputs)]);
            }
            yield return Section.Of(Means(g), network.TargetMeans);
            yield return Section.Of(Scales(g), network.TargetScales);
        }
    }

    /// <summary>Name, type and shape of every section that networks of these shapes imply.</summary>
    public static IEnumerable<(string Name, string Type, long[] Shape)> Expected(IReadOnlyList<NetworkShape> shapes)
    {
        for (int g = 0; g < shapes.Count; g++)
        {
            for (int l = 0; l < shapes[g].LayerCount; l++)
            {
                LayerShape layer = shapes[g].Layer(l);
                yield return (Weight(g, l), SectionType.F32, [layer.Outputs, layer.Inputs]);
                yield return (Bias(g, l), SectionType.F32, [layer.Outputs]);
                if (!layer.IsNormalized)
                    continue;
                yield return (Gain(g, l), SectionType.F32, [layer.Outputs]);
                yield return (Shift(g, l), SectionType.F32, [layer.Outputs]);
            }
            yield return (Means(g), SectionType.F32, [shapes[g].Tasks.Count]);
            yield return (Scales(g), SectionType.F32, [shapes[g].Tasks.Count]);
        }
    }

    /// <summary>Number of sections of a network.</summary>
    public static int CountOf(NetworkContent network) =>
        (network.LayerNorm ? 4 : 2) * network.Hidden.Length + 2 + 2;

    /// <summary>
    /// The network whose sections come next in <paramref name="sections"/>, which is taken from the front.
    /// </summary>
    public static SharedBottomNetwork TakeNetwork(NetworkShape shape, Queue<Section> sections)
    {
        var parameters = new float[shape.ParameterCount];
        for (int l = 0; l < shape.LayerCount; l++)
        {
            LayerShape layer = shape.Layer(l);
            ((float[])sections.Dequeue().Data).CopyTo(parameters, layer.WeightOffset);
            ((float[])sections.Dequeue().Data).CopyTo(parameters, layer.BiasOffset);
            if (!layer.IsNormalized)
                continue;
            ((float[])sections.Dequeue().Data).CopyTo(parameters, layer.GainOffset);
            ((float[])sections.Dequeue().Data).CopyTo(parameters, layer.ShiftOffset);
        }
        return new SharedBottomNetwork(shape, parameters, (float[])sections.Dequeue().Data,
            (float[])sections.Dequeue().Data);
    }

    private static string Weight(int network, int layer) =>
        FormattableString.Invariant($"networks.{network}.layers.{layer}.weight");

    private static string Bias(int network, int layer) =>
        FormattableString.Invariant($"networks.{network}.layers.{layer}.bias");

    private static string Gain(int network, int layer) =>
        FormattableString.Invariant($"networks.{network}.layers.{layer}.gain");

    private static string Shift(int network, int layer) =>
        FormattableString.Invariant($"networks.{network}.layers.{layer}.shift");

    private static string Means(int network) => FormattableString.Invariant($"networks.{network}.targetMeans");

    private static string Scales(int network) => FormattableString.Invariant($"networks.{network}.targetScales");
}
