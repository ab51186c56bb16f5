using System.Runtime.Intrinsics;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Networks;

/// <summary>From raw outputs to what a user reads. A number's bits depend on the outputs of its task only.</summary>
internal static class OutputTransform
{
    /// <summary>Turns rows of raw outputs into scores, in place.</summary>
    public static void ToScores(SharedBottomNetwork network, Span<float> rows, int count)
    {
        // One stretch of logits: a call per row would take longer than the sigmoids.
        if (network.Shape.Runs is [{ Kind: TaskKind.Binary }])
            Sigmoid(rows);
        else
            for (int row = 0; row < count; row++)
                ToScores(network, rows.Slice(row * network.OutputCount, network.OutputCount));
    }

    /// <summary>Turns rows' standardised values of regression tasks into the user's units, in place.</summary>
    public static void ToUnits(SharedBottomNetwork network, Span<float> rows, int count)
    {
        if (Array.Exists(network.Shape.Runs, r => r.Kind == TaskKind.Regression))
            for (int row = 0; row < count; row++)
                ToUnits(network, rows.Slice(row * network.OutputCount, network.OutputCount));
    }

    private static void ToScores(SharedBottomNetwork network, Span<float> row)
    {
        NetworkShape shape = network.Shape;
        foreach (TaskRun run in shape.Runs)
        {
            Span<float> own = row.Slice(run.FirstOutput, run.OutputCount);
            if (run.Kind == TaskKind.Binary)
                Sigmoid(own);
            else if (run.Kind == TaskKind.Multiclass)
                Softmax(own);
            else
                ToUnits(network, run, own);
        }
    }

    private static void ToUnits(SharedBottomNetwork network, Span<float> row)
    {
        foreach (TaskRun run in network.Shape.Runs)
            if (run.Kind == TaskKind.Regression)
                ToUnits(network, run, row.Slice(run.FirstOutput, run.OutputCount));
    }

    /// <summary>Turns a row's logits into probabilities, in place; values of regression tasks are left.</summary>
    public static void ToProbabilities(IGroupModel model, Span<float> row)
    {
        for (int t = 0; t < model.Tasks.Count; t++)
            if (model.Tasks[t].Kind == TaskKind.Binary)
                row[model.OutputOffset(t)] = Sigmoid(row[model.OutputOffset(t)]);
            else if (model.Tasks[t].Kind == TaskKind.Multiclass)
                Softmax(row.Slice(model.OutputOffset(t), model.Tasks[t].OutputCount));
    }

    /// <summary>1 / (1 + e^−z), without overflow.</summary>
    public static float Sigmoid(float z)
    {
        Sigmoid(new Span<float>(ref z));
        return z;
    }

    /// <summary>1 / (1 + e^−z) of every value, in place.</summary>
    public static void Sigmoid(Span<float> values)
    {
        Span<float> padded = stackalloc float[Vector256<float>.Count];
        for (; values.Length >= Vector256<float>.Count; values = values[Vector256<float>.Count..])
            Sigmoid(Vector256.Create<float>(values)).CopyTo(values);
        values.CopyTo(padded);
        Sigmoid(Vector256.Create<float>(padded)).CopyTo(padded);
        padded[..values.Length].CopyTo(values);
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

    private static void ToUnits(SharedBottomNetwork network, TaskRun run, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = values[i] * network.TargetScales[run.FirstTask + i] + network.TargetMeans[run.FirstTask + i];
    }

    private static Vector256<float> Sigmoid(Vector256<float> z)
    {
        Vector256<float> e = VectorMath.ExpOfNegative(-Vector256.Abs(z));
        Vector256<float> inverse = Vector256<float>.One / (Vector256<float>.One + e);
        return Vector256.ConditionalSelect(Vector256.LessThan(z, Vector256<float>.Zero), e * inverse, inverse);
    }
}
