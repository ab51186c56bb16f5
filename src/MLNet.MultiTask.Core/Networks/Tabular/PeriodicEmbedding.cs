using System.Numerics.Tensors;

namespace MLNet.MultiTask.Networks;

/// <summary>
/// One number x as x and three linear combinations of 16 cosines, cos(2πwx + b). Parameters: w, b, then 3×16 weights
/// and 3 biases.
/// </summary>
internal static class PeriodicEmbedding
{
    public const int Outputs = 4, ParameterCount = 2 * Frequencies + Combinations * Frequencies + Combinations;
    private const int Frequencies = 16, Combinations = 3;
    private const int Weights = 2 * Frequencies, Biases = Weights + Combinations * Frequencies;
    private const float Deviation = 0.1f;

    /// <summary>w ~ N(0, 0.1²), b ~ U(−π, π); the combinations uniform in ±1/√16.</summary>
    public static void Initialize(Span<float> parameters, ref RandomStream random)
    {
        for (int i = 0; i < Frequencies; i++)
            (parameters[i], parameters[Frequencies + i]) =
                ((float)(Deviation * random.NextNormal()), (2 * random.NextSingle() - 1) * MathF.PI);
        float bound = 1 / MathF.Sqrt(Frequencies);
        foreach (ref float weight in parameters[Weights..])
            weight = (2 * random.NextSingle() - 1) * bound;
    }

    public static void Forward(ReadOnlySpan<float> parameters, float x, Span<float> outputs)
    {
        Span<float> waves = stackalloc float[Frequencies];
        Phases(parameters, x, waves);
        TensorPrimitives.Cos(waves, waves);
        outputs[0] = x;
        for (int j = 0; j < Combinations; j++)
            outputs[1 + j] = parameters[Biases + j]
                + TensorPrimitives.Dot(parameters.Slice(Weights + j * Frequencies, Frequencies), waves);
    }

    /// <summary>Adds the gradient by the parameters, from that by the outputs.</summary>
    public static void Backward(ReadOnlySpan<float> parameters, float x, ReadOnlySpan<float> signals,
        Span<float> gradient)
    {
        Span<float> phases = stackalloc float[Frequencies], sines = stackalloc float[Frequencies],
            waves = stackalloc float[Frequencies];
        Phases(parameters, x, phases);
        TensorPrimitives.SinCos(phases, sines, waves);
        for (int j = 0; j < Combinations; j++)
        {
            gradient[Biases + j] += signals[1 + j];
            for (int i = 0; i < Frequencies; i++)
                gradient[Weights + j * Frequencies + i] += signals[1 + j] * waves[i];
        }
        for (int i = 0; i < Frequencies; i++)
        {
            float slope = 0;
            for (int j = 0; j < Combinations; j++)
                slope -= signals[1 + j] * parameters[Weights + j * Frequencies + i];
            slope *= sines[i];
            gradient[i] += slope * 2 * MathF.PI * x;
            gradient[Frequencies + i] += slope;
        }
    }

    private static void Phases(ReadOnlySpan<float> parameters, float x, Span<float> phases)
    {
        for (int i = 0; i < Frequencies; i++)
            phases[i] = 2 * MathF.PI * parameters[i] * x + parameters[Frequencies + i];
    }
}
