namespace MLNet.MultiTask.Training;

/// <summary>
/// Keeps the parameters of the epochs that are the best for the mean and, if asked, for single tasks.
/// </summary>
internal sealed class BestEpochs(int tasks, bool perTask)
{
    /// <summary>Best loss of the mean (index 0) and of every task.</summary>
    public double[] Losses { get; } = [.. Enumerable.Repeat(double.PositiveInfinity, 1 + (perTask ? tasks : 0))];

    /// <summary>Epoch of each best loss; 0 = none yet.</summary>
    public int[] Epochs { get; } = new int[1 + (perTask ? tasks : 0)];

    /// <summary>The flat parameters of every epoch that is a best one.</summary>
    public SortedDictionary<int, float[]> Parameters { get; } = [];

    /// <summary>The last epoch at which anything that counts for stopping improved.</summary>
    public int LastImprovement => perTask ? Epochs.Max() : Epochs[0];

    /// <summary>Takes note of an epoch; <paramref name="parameters"/> are copied if it is a best one.</summary>
    public void Observe(int epoch, double loss, IReadOnlyList<double> taskLosses, ReadOnlySpan<float> parameters)
    {
        bool improved = false;
        for (int i = 0; i < Losses.Length; i++)
        {
            double own = i == 0 ? loss : taskLosses[i - 1];
            if (!(own < Losses[i]))
                continue;
            (Losses[i], Epochs[i], improved) = (own, epoch, true);
        }
        if (!improved)
            return;
        Parameters[epoch] = parameters.ToArray();
        foreach (int old in Parameters.Keys.Except(Epochs).ToArray())
            Parameters.Remove(old);
    }
}
