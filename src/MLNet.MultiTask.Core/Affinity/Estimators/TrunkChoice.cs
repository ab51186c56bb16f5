using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// Which of K trunks every task takes, as K learned numbers per task: drawn by the Gumbel softmax (Jang, Gu, Poole
/// 2017; Maddison, Mnih, Teh 2017), learned by the slope of Σ share·loss.
/// </summary>
internal sealed class TrunkChoice(IReadOnlyList<TaskInfo> tasks, int trunks, ulong seed)
{
    private readonly LearnedLogits _logits = new(tasks.Count * trunks);
    private readonly double[] _slopes = new double[trunks];

    /// <summary>T×K shares of the last draw; every row sums to 1.</summary>
    public double[] Shares { get; } = new double[tasks.Count * trunks];

    /// <summary>Draws shares; a task's noise depends on its name, not on its column.</summary>
    public void Draw(int step, double temperature)
    {
        for (int t = 0; t < tasks.Count; t++)
        {
            var random = new RandomStream(seed, "dmtg/" + tasks[t].Name, step);
            Span<double> own = Shares.AsSpan(t * trunks, trunks);
            for (int k = 0; k < trunks; k++)
                own[k] = (_logits[t * trunks + k] - Math.Log(-Math.Log(1 - random.NextDouble() + 1e-300) + 1e-300))
                    / temperature;
            SoftMax.Replace(own);
        }
    }

    /// <summary>Learns from the losses of a task on every trunk, by the shares of the last draw.</summary>
    public void Learn(int task, ReadOnlySpan<double> losses, double temperature, double stepSize)
    {
        SlopesTo(task, losses, temperature, _slopes);
        Span<int> places = stackalloc int[1];
        for (int k = 0; k < trunks; k++)
        {
            places[0] = task * trunks + k;
            _logits.Descend(places, _slopes.AsSpan(k, 1), stepSize);
        }
    }

    /// <summary>Slopes of Σ shareₖ·lossₖ by the task's numbers: shareₖ·(lossₖ − Σ share·loss) / τ.</summary>
    public void SlopesTo(int task, ReadOnlySpan<double> losses, double temperature, Span<double> slopes)
    {
        ReadOnlySpan<double> own = Shares.AsSpan(task * trunks, trunks);
        double mean = TensorPrimitives.Dot(own, losses);
        for (int k = 0; k < trunks; k++)
            slopes[k] = own[k] * (losses[k] - mean) / temperature;
    }

    /// <summary>T×K probabilities without noise, at temperature 1.</summary>
    public double[] Probabilities()
    {
        double[] probabilities = [.. _logits.State.AsSpan(0, tasks.Count * trunks)];
        for (int t = 0; t < tasks.Count; t++)
            SoftMax.Replace(probabilities.AsSpan(t * trunks, trunks));
        return probabilities;
    }
}
