using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

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
        (Vector256<float> _, Vector256<float> low) = SinCos(parameters, x, 0);
        (Vector256<float> _, Vector256<float> high) = SinCos(parameters, x, 8);
        outputs[0] = x;
        for (int j = 0; j < Combinations; j++)
        {
            ReadOnlySpan<float> own = parameters.Slice(Weights + j * Frequencies, Frequencies);
            outputs[1 + j] = parameters[Biases + j]
                + Vector256.Sum(Vector256.Create(own) * low + Vector256.Create(own[8..]) * high);
        }
    }

    /// <summary>How the outputs change along a direction of the parameters.</summary>
    public static void Tangent(ReadOnlySpan<float> parameters, ReadOnlySpan<float> direction, float x,
        Span<float> outputs)
    {
        outputs[0] = 0;
        for (int j = 0; j < Combinations; j++)
            outputs[1 + j] = direction[Biases + j];
        for (int half = 0; half < Frequencies; half += 8)
        {
            (Vector256<float> sines, Vector256<float> waves) = SinCos(parameters, x, half);
            Vector256<float> slopes = -sines * (Vector256.Create(direction[half..]) * (2 * MathF.PI * x)
                + Vector256.Create(direction[(Frequencies + half)..]));
            for (int j = 0; j < Combinations; j++)
            {
                int at = Weights + j * Frequencies + half;
                outputs[1 + j] += Vector256.Sum(Vector256.Create(direction[at..]) * waves
                    + Vector256.Create(parameters[at..]) * slopes);
            }
        }
    }

    /// <summary>Adds the gradient by the parameters, from that by the outputs of many rows.</summary>
    /// <param name="parameters">The embedding's.</param>
    /// <param name="numbers">The first row's number x.</param>
    /// <param name="stride">Distance from a row's number to the next one's.</param>
    /// <param name="signals">rows × 4.</param>
    /// <param name="gradient">Added to.</param>
    public static void Backward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> numbers, int stride,
        ReadOnlySpan<float> signals, Span<float> gradient)
    {
        for (int at = 0; at < signals.Length; at += Outputs)
            for (int j = 0; j < Combinations; j++)
                gradient[Biases + j] += signals[at + 1 + j];
        // Eight frequencies at a time: their sums stay in registers.
        for (int half = 0; half < Frequencies; half += 8)
        {
            Vector256<float> first = Vector256.Create(parameters[(Weights + half)..]),
                second = Vector256.Create(parameters[(Weights + Frequencies + half)..]),
                third = Vector256.Create(parameters[(Weights + 2 * Frequencies + half)..]);
            Vector256<float> ofFirst = default, ofSecond = default, ofThird = default, ofFrequencies = default,
                ofPhases = default;
            for (int row = 0, at = 0; at < signals.Length; row++, at += Outputs)
            {
                float x = numbers[row * stride], a = signals[at + 1], b = signals[at + 2], c = signals[at + 3];
                (Vector256<float> sines, Vector256<float> waves) = SinCos(parameters, x, half);
                ofFirst += waves * a;
                ofSecond += waves * b;
                ofThird += waves * c;
                Vector256<float> slopes = -(first * a + second * b + third * c) * sines;
                ofFrequencies += slopes * (2 * MathF.PI * x);
                ofPhases += slopes;
            }
            Add(gradient, Weights + half, ofFirst);
            Add(gradient, Weights + Frequencies + half, ofSecond);
            Add(gradient, Weights + 2 * Frequencies + half, ofThird);
            Add(gradient, half, ofFrequencies);
            Add(gradient, Frequencies + half, ofPhases);
        }
    }

    // Eight of the phases; where one is too far from 0 for the quick way, none goes it.
    private static (Vector256<float> Sines, Vector256<float> Cosines) SinCos(ReadOnlySpan<float> parameters, float x,
        int first)
    {
        Vector256<float> phases = Vector256.Create(parameters[first..]) * (2 * MathF.PI) * x
            + Vector256.Create(parameters[(Frequencies + first)..]);
        if (Vector256.LessThanOrEqualAll(Vector256.Abs(phases), Vector256.Create(VectorMath.GreatestAngle)))
            return VectorMath.SinCos(phases);
        Span<float> sines = stackalloc float[8], cosines = stackalloc float[8];
        phases.CopyTo(sines);
        TensorPrimitives.SinCos(sines, sines, cosines);
        return (Vector256.Create<float>(sines), Vector256.Create<float>(cosines));
    }

    private static void Add(Span<float> gradient, int at, Vector256<float> value) =>
        (Vector256.Create<float>(gradient[at..]) + value).CopyTo(gradient[at..]);
}
