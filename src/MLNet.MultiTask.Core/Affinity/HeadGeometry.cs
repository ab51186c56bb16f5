using System.Numerics.Tensors;

namespace MLNet.MultiTask.Affinity;

/// <summary>How AdamW sees every task's head near W0: as <see cref="AdamGeometry"/> the trunk, but only its own task moves a head.</summary>
internal sealed class HeadGeometry
{
    private readonly double[] _noise;

    private HeadGeometry(float[][] scale, double[] noise) => (Scale, _noise) = (scale, noise);

    /// <summary>D^−½ of every task's head.</summary>
    public float[][] Scale { get; }

    /// <summary>From mini-batch gradients.</summary>
    /// <param name="gradients">By batch and task.</param>
    /// <param name="floor">Least root mean square, in units of the head's mean one.</param>
    public static HeadGeometry Of(float[][][] gradients, float floor)
    {
        int tasks = gradients[0].Length;
        var scale = new float[tasks][];
        var noise = new double[tasks];
        for (int t = 0; t < tasks; t++)
        {
            float[][] own = [.. gradients.Select(g => g[t])];
            int size = own[0].Length;
            float[] mean = new float[size], square = new float[size];
            foreach (float[] g in own)
            {
                TensorPrimitives.Add(mean, g, mean);
                TensorPrimitives.MultiplyAdd(g, g, square, square);
            }
            double sum = 0, exact = 0, total = 0;
            for (int i = 0; i < size; i++)
            {
                total += square[i] / own.Length;
                exact += (double)mean[i] * mean[i] / own.Length / own.Length;
                sum += square[i] = MathF.Sqrt(square[i] / own.Length);
            }
            float least = Math.Max(floor * (float)(sum / size), 1e-30f);
            scale[t] = [.. square.Select(s => 1 / MathF.Sqrt(s + least))];
            noise[t] = total > 0 ? 1 - exact / total : 0;
        }
        return new HeadGeometry(scale, noise);
    }

    /// <summary>Root mean square of a head's mini-batch gradients where a batch holds 1/rowShare times more rows of the task.</summary>
    public double RelativeSize(int task, double rowShare) => Math.Sqrt(Math.Max(1 - _noise[task] * (1 - rowShare), 1e-12));
}
