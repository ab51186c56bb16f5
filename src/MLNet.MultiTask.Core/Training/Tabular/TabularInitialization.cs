using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>
/// First parameters of a tabular network: weights N(0, 1), each unit divided by the standard deviation of its sums on
/// training rows; its bias is minus a random mixture of five rows' sums, so that units bend where the data is (RealMLP,
/// Holzmüller, Grinsztajn, Steinwart 2024).
/// </summary>
internal static class TabularInitialization
{
    private const int Mixture = 5;

    /// <summary>Most rows that are looked at; each counts once for a member.</summary>
    public static int MostRows(int members) => Math.Max(128, 1024 / members);

    /// <param name="shape">Sizes.</param>
    /// <param name="pass">Its first <paramref name="rows"/> rows hold scaled features of training rows.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="seed">Names the random numbers.</param>
    public static float[] Create(TabularShape shape, TabularPass pass, int rows, ulong seed)
    {
        var parameters = new float[shape.ParameterCount];
        for (int c = 0; c < shape.FeatureCount; c++)
            if (shape.IsEmbedded(c))
                Embedding(shape, c, parameters, seed);
        parameters.AsSpan(shape.DiagonalOffset, shape.SlotCount).Fill(1);
        for (int i = 0; shape.Members > 1 && i < shape.Members; i++)
            MemberFactors(shape, i, parameters, seed);
        pass.Embed(parameters, 0, rows);
        for (int l = 0; l < shape.Layers.Length; l++)
        {
            TabularLayer layer = shape.Layers[l];
            (Range Units, RandomStream Random)[] parts = [.. Parts(shape, l, seed)];
            for (int i = 0; i < parts.Length; i++)
                foreach (ref float weight in Weights(layer, parts[i].Units, parameters))
                    weight = (float)parts[i].Random.NextNormal();
            if (!layer.IsHead)
                parameters.AsSpan(layer.SlopeOffset, layer.Outputs).Fill(1);
            pass.Multiply(parameters, l, 0, rows);
            int passed = rows * shape.Members / layer.Copies;
            for (int i = 0; i < parts.Length; i++)
                for (int unit = parts[i].Units.Start.Value; unit < parts[i].Units.End.Value; unit++)
                    Fit(layer, unit, parameters, pass.Sums[l], passed, ref parts[i].Random);
            pass.Multiply(parameters, l, 0, rows);
            pass.AddBias(parameters, l, 0, rows);
            pass.Activate(parameters, l, 0, rows, default);
        }
        return parameters;
    }

    // A head has random numbers of its own, so that another task does not disturb it.
    private static IEnumerable<(Range Units, RandomStream Random)> Parts(TabularShape shape, int l, ulong seed)
    {
        TabularLayer layer = shape.Layers[l];
        if (!layer.IsHead)
        {
            yield return (..layer.Outputs, new RandomStream(seed, "tabular/weights", l));
            yield break;
        }
        for (int i = 0; i < layer.Copies; i++)
            for (int t = 0; t < shape.Heads.Tasks.Count; t++)
            {
                int first = i * layer.Outputs + shape.Heads.OutputOffset(t);
                yield return (first..(first + shape.Heads.Tasks[t].OutputCount),
                    new RandomStream(seed, "tabular/head/" + shape.Heads.Tasks[t].Name, i));
            }
    }

    private static Span<float> Weights(TabularLayer layer, Range units, float[] parameters) =>
        parameters.AsSpan(layer.WeightOffset + units.Start.Value * layer.Inputs,
            (units.End.Value - units.Start.Value) * layer.Inputs);

    private static void Embedding(TabularShape shape, int feature, float[] parameters, ulong seed)
    {
        var random = new RandomStream(seed, "tabular/embedding", feature);
        Span<float> own = parameters.AsSpan(shape.EmbeddingOffset(feature)..shape.EmbeddingOffset(feature + 1));
        if (shape.Embedding == FeatureEmbedding.Periodic)
            PeriodicEmbedding.Initialize(own, ref random);
        else
            PiecewiseLinearEmbedding.Initialize(own, ref random);
    }

    // One number per feature, so that a member reads features differently, not the parts of an embedding.
    private static void MemberFactors(TabularShape shape, int member, float[] parameters, ulong seed)
    {
        var random = new RandomStream(seed, "tabular/member", member);
        for (int c = 0; c < shape.FeatureCount; c++)
        {
            float factor = shape.Embedding != FeatureEmbedding.None ? (float)random.NextNormal()
                : random.NextSingle() < 0.5f ? -1 : 1;
            parameters.AsSpan(shape.MemberOffset(member) + shape.Slot(c), shape.Slot(c + 1) - shape.Slot(c))
                .Fill(factor);
        }
    }

    private static void Fit(TabularLayer layer, int unit, float[] parameters, float[] sums, int rows,
        ref RandomStream random)
    {
        double mean = 0, squares = 0, mixed = 0, total = 0;
        for (int row = 0; row < rows; row++)
            mean += sums[row * layer.Units + unit] / (double)rows;
        for (int row = 0; row < rows; row++)
            squares += Math.Pow(sums[row * layer.Units + unit] - mean, 2) / rows;
        float scale = squares > 1e-12 ? (float)(1 / Math.Sqrt(squares)) : 1;
        foreach (ref float weight in parameters.AsSpan(layer.WeightOffset + unit * layer.Inputs, layer.Inputs))
            weight *= scale;
        for (int i = 0; i < Mixture; i++)
        {
            // Shares of a Dirichlet(1) distribution are exponential numbers over their sum.
            double share = -Math.Log(1 - random.NextDouble());
            mixed += share * sums[random.NextInt32(rows) * layer.Units + unit] * scale;
            total += share;
        }
        parameters[layer.BiasOffset + unit] = (float)(-mixed / total);
    }
}
