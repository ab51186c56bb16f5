using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// A tabular network in a file: how features are scaled, edges of bins, parameters, and mean, scale and bounds of
/// regression targets.
/// </summary>
internal sealed class TabularFormat()
    : GroupModelFormat<TabularNetwork, TabularContent>("tabular", ModelJson.Default.TabularContent)
{
    private const int TargetNumbers = 4;

    protected override (TabularContent, IReadOnlyList<Section>) Store(TabularNetwork model, GroupModelFormats formats)
    {
        float[] targets = [.. model.Targets.SelectMany(t => new[] { t.Mean, t.Scale, t.Lowest, t.Highest })];
        return (new TabularContent([.. model.Shape.Hidden], model.Shape.Embedding.ToString(),
            model.Shape.Activation.ToString(), model.Scaling.SmoothClip, model.Shape.Members, model.Shape.LinearSkip,
            model.Parameters.Length),
            [
                Section.Of("bins", model.Shape.Bins, model.FeatureCount),
                Section.Of("centers", model.Scaling.Centers, model.FeatureCount),
                Section.Of("factors", model.Scaling.Factors, model.FeatureCount),
                Section.Of("edges", Padded(model.Edges), model.FeatureCount, PiecewiseLinearEmbedding.MaxBins + 1),
                Section.Of("parameters", model.Parameters, model.Parameters.Length),
                Section.Of("targets", targets, model.Tasks.Count, TargetNumbers),
            ]);
    }

    protected override ModelPlan Plan(TabularContent content, ModelFrame frame)
    {
        var embedding = Parse<FeatureEmbedding>(content.Embedding);
        var activation = Parse<NetworkActivation>(content.Activation);
        if (content.ParameterCount < 1)
            throw new FormatException($"A tabular network of {content.ParameterCount} parameters");
        long features = frame.FeatureCount;
        return new ModelPlan(
            [
                ("bins", SectionType.I32, [features]), ("centers", SectionType.F32, [features]),
                ("factors", SectionType.F32, [features]),
                ("edges", SectionType.F32, [features, PiecewiseLinearEmbedding.MaxBins + 1]),
                ("parameters", SectionType.F32, [content.ParameterCount]),
                ("targets", SectionType.F32, [frame.Tasks.Count, TargetNumbers]),
            ],
            content.ParameterCount, sections =>
            {
                var bins = (int[])sections[0].Data;
                if (bins.Any(b => b is < 0 or > PiecewiseLinearEmbedding.MaxBins))
                    throw new FormatException(
                        $"A feature has {bins.First(b => b is < 0 or > PiecewiseLinearEmbedding.MaxBins)} bins; from " +
                        $"0 to {PiecewiseLinearEmbedding.MaxBins} are possible");
                var shape = new TabularShape(frame.FeatureCount, embedding, bins, content.Hidden, activation,
                    frame.Tasks,
                    content.Members, content.LinearSkip);
                var targets = (float[])sections[5].Data;
                var scaling = new FeatureScaling((float[])sections[1].Data, (float[])sections[2].Data,
                    content.SmoothClip);
                return new TabularNetwork(shape, scaling, Edges((float[])sections[3].Data, bins),
                    (float[])sections[4].Data, [.. frame.Tasks.Select((task, t) => Target(task,
                        targets.AsSpan(t * TargetNumbers, TargetNumbers)))]);
            });
    }

    private static TargetRange Target(TaskInfo task, ReadOnlySpan<float> numbers)
    {
        var range = new TargetRange(numbers[0], numbers[1], numbers[2], numbers[3]);
        if (!(range.Scale > 0 && float.IsFinite(range.Scale)))
            throw new FormatException(
                $"Task '{task.Name}' has the scale {range.Scale}; it must be positive and finite");
        return range.Lowest <= range.Highest ? range
            : throw new FormatException($"Task '{task.Name}' has targets from {range.Lowest} to {range.Highest}");
    }

    private static T Parse<T>(string text) where T : struct, Enum =>
        Array.IndexOf(Enum.GetNames<T>(), text) >= 0 ? Enum.Parse<T>(text)
            : throw new FormatException($"{typeof(T).Name} '{text}' is unknown; known are " +
                string.Join(", ", Enum.GetNames<T>()));

    private static float[] Padded(float[][] edges)
    {
        const int width = PiecewiseLinearEmbedding.MaxBins + 1;
        var padded = new float[edges.Length * width];
        for (int c = 0; c < edges.Length; c++)
            edges[c].CopyTo(padded, c * width);
        return padded;
    }

    private static float[][] Edges(float[] padded, int[] bins)
    {
        const int width = PiecewiseLinearEmbedding.MaxBins + 1;
        float[][] edges = [.. bins.Select((b, c) => b == 0 ? [] : padded[(c * width)..(c * width + b + 1)])];
        for (int c = 0; c < edges.Length; c++)
            if (edges[c].Zip(edges[c].Skip(1)).Any(pair => !(pair.First < pair.Second)))
                throw new FormatException($"The edges of feature {c} do not ascend");
        return edges;
    }
}

/// <summary>One tabular network: its layers, and how numbers are read.</summary>
internal sealed record TabularContent(int[] Hidden, string Embedding, string Activation, bool SmoothClip,
    int Members, bool LinearSkip, int ParameterCount);
