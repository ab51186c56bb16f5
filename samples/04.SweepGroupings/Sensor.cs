using Microsoft.ML.Data;

namespace MLNet.MultiTask.Samples.SweepGroupings;

/// <summary>Nine meters read together; three each follow the same hidden law of the same two conditions.</summary>
internal sealed class Sensor
{
    public const int Meters = 9;

    [VectorType(6)]
    public float[] Features { get; set; } = [];

    [VectorType(Meters)]
    public float[] Reading { get; set; } = [];

    public static List<Sensor> Read(int rows, ulong seed)
    {
        var random = new RandomStream(seed, "sensors");
        return [.. Enumerable.Range(0, rows).Select(_ =>
        {
            float[] x = [.. Enumerable.Range(0, 6).Select(_ => (float)random.NextNormal())];
            return new Sensor
            {
                Features = x,
                Reading = [.. Enumerable.Range(0, Meters)
                    .Select(m => Law(x, m / 3) + 0.3f * (float)random.NextNormal())],
            };
        })];
    }

    private static float Law(float[] x, int kind) =>
        MathF.Sin(2 * x[2 * kind]) * MathF.Cos(x[2 * kind + 1]) + 0.5f * x[2 * kind + 1];
}
