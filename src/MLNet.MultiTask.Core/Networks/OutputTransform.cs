namespace MLNet.MultiTask.Networks;

/// <summary>From raw outputs to what a user reads.</summary>
internal static class OutputTransform
{
    /// <summary>Turns one row of raw outputs into scores, in place.</summary>
    public static void ToScores(SharedBottomNetwork network, Span<float> row)
    {
        NetworkShape shape = network.Shape;
        for (int t = 0; t < shape.Tasks.Count; t++)
        {
            Span<float> own = row.Slice(shape.OutputOffset(t), shape.Tasks[t].OutputCount);
            switch (shape.Tasks[t].Kind)
            {
                case TaskKind.Binary:
                    own[0] = Sigmoid(own[0]);
                    break;
                case TaskKind.Multiclass:
                    Softmax(own);
                    break;
                default:
                    own[0] = own[0] * network.TargetScales[t] + network.TargetMeans[t];
                    break;
            }
        }
    }

    /// <summary>1 / (1 + e^−z), without overflow.</summary>
    public static float Sigmoid(float z)
    {
        float e = MathF.Exp(-MathF.Abs(z));
        return z >= 0 ? 1 / (1 + e) : e / (1 + e);
    }

    /// <summary>e^zₖ / Σ e^zⱼ, in place; returns log Σ e^zⱼ.</summary>
    public static float Softmax(Span<float> z)
    {
        float max = z[0];
        for (int k = 1; k < z.Length; k++)
            max = MathF.Max(max, z[k]);
        float sum = 0;
        for (int k = 0; k < z.Length; k++)
            sum += z[k] = MathF.Exp(z[k] - max);
        for (int k = 0; k < z.Length; k++)
            z[k] /= sum;
        return max + MathF.Log(sum);
    }
}
