using System.Numerics.Tensors;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// One row of raw outputs from those of all members, so that the row's scores are the mean of the members'
/// probabilities and values (Gorishniy, Kotelnikov, Babenko, "TabM", ICLR 2025): logits of mean probabilities,
/// logarithms of mean class probabilities, mean values.
/// </summary>
internal static class MemberMean
{
    // Probabilities of members stay positive numbers.
    private const float Limit = 80;

    /// <param name="heads">The tasks.</param>
    /// <param name="members">Members.</param>
    /// <param name="outputs">Members×outputs.</param>
    /// <param name="mean">One row of outputs; may be the first member's.</param>
    public static void Of(NetworkShape heads, int members, ReadOnlySpan<float> outputs, Span<float> mean)
    {
        if (members == 1)
        {
            outputs.CopyTo(mean);
            return;
        }
        for (int t = 0; t < heads.Tasks.Count; t++)
        {
            int first = heads.OutputOffset(t), count = heads.Tasks[t].OutputCount;
            if (heads.Tasks[t].Kind == TaskKind.Multiclass)
                Classes(outputs, heads.OutputCount, first, mean.Slice(first, count));
            else
                mean[first] = heads.Tasks[t].Kind == TaskKind.Binary
                    ? Logit(outputs, heads.OutputCount, first) : Value(outputs, heads.OutputCount, first, members);
        }
    }

    // log p̄ − log(1 − p̄), the second from the sum of 1 − p: p̄ may be too near to 1.
    private static float Logit(ReadOnlySpan<float> outputs, int width, int at)
    {
        double yes = 0, no = 0;
        for (; at < outputs.Length; at += width)
        {
            double z = Math.Clamp(outputs[at], -Limit, Limit), e = Math.Exp(-Math.Abs(z)), inverse = 1 / (1 + e);
            (double least, double most) = (e * inverse, inverse);
            (yes, no) = (yes + (z < 0 ? least : most), no + (z < 0 ? most : least));
        }
        return (float)Math.Log(yes / no);
    }

    private static void Classes(ReadOnlySpan<float> outputs, int width, int first, Span<float> mean)
    {
        Span<double> sums = mean.Length <= 256 ? stackalloc double[mean.Length] : new double[mean.Length];
        sums.Clear();
        double members = 0;
        for (int at = first; at < outputs.Length; at += width, members++)
        {
            ReadOnlySpan<float> z = outputs.Slice(at, mean.Length);
            float max = TensorPrimitives.Max(z);
            double total = 0;
            foreach (float v in z)
                total += Share(v, max);
            for (int k = 0; k < z.Length; k++)
                sums[k] += Share(z[k], max) / total;
        }
        for (int k = 0; k < mean.Length; k++)
            mean[k] = (float)Math.Log(sums[k] / members);

        static double Share(float z, float max) => Math.Exp(Math.Max(z - max, -Limit));
    }

    private static float Value(ReadOnlySpan<float> outputs, int width, int at, int members)
    {
        double sum = 0;
        for (; at < outputs.Length; at += width)
            sum += outputs[at];
        return (float)(sum / members);
    }
}
