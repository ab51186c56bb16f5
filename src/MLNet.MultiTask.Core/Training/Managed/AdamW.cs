using System.Runtime.Intrinsics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// AdamW (Loshchilov, Hutter 2019, algorithm 2) with PyTorch's order of operations: one pass over parameters, gradient
/// and both moments.
/// </summary>
/// <param name="learningRate">Step size.</param>
/// <param name="weightDecay">Decoupled decay of all parameters.</param>
/// <param name="step">Number of the step, from 1.</param>
internal readonly unsafe struct AdamW(float learningRate, float weightDecay, int step)
{
    public const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    private readonly float _step = (float)(learningRate / (1 - Math.Pow(Beta1, step)));
    private readonly float _root = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step)));
    private readonly float _keep = 1 - learningRate * weightDecay;

    /// <summary>Updates a range; its length must be a multiple of 8.</summary>
    public void Update(float* parameters, float* gradient, float* first, float* second, int length, float scale = 1)
    {
        Vector256<float> beta1 = Vector256.Create(1 - Beta1), beta2 = Vector256.Create(1 - Beta2);
        for (int i = 0; i < length; i += Vector256<float>.Count)
        {
            Vector256<float> g = Vector256.Load(gradient + i) * scale;
            Vector256<float> m = Vector256.Load(first + i), v = Vector256.Load(second + i);
            m += (g - m) * beta1;
            v = v * Beta2 + g * g * beta2;
            m.Store(first + i);
            v.Store(second + i);
            Vector256<float> change = m * _step / (Vector256.Sqrt(v) * _root + Vector256.Create(Epsilon));
            (Vector256.Load(parameters + i) * _keep - change).Store(parameters + i);
        }
    }
}
