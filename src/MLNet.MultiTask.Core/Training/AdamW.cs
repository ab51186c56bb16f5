namespace MLNet.MultiTask.Training;

/// <summary>AdamW over one flat parameter vector (Loshchilov, Hutter 2019, algorithm 2), with PyTorch's order of operations.</summary>
internal sealed class AdamW(int parameterCount, float weightDecay)
{
    public const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    private readonly float[] _first = new float[parameterCount];
    private readonly float[] _second = new float[parameterCount];

    /// <summary>Steps made.</summary>
    public int Steps { get; private set; }

    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient, float learningRate)
    {
        Steps++;
        float step = (float)(learningRate / (1 - Math.Pow(Beta1, Steps)));
        float root = (float)Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        float keep = 1 - learningRate * weightDecay;
        for (int i = 0; i < parameters.Length; i++)
        {
            float g = gradient[i];
            float m = _first[i] += (g - _first[i]) * (1 - Beta1);
            float v = _second[i] = _second[i] * Beta2 + g * g * (1 - Beta2);
            parameters[i] = parameters[i] * keep - step * m / (MathF.Sqrt(v) / root + Epsilon);
        }
    }
}
