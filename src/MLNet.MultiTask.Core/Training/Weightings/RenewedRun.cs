namespace MLNet.MultiTask.Training;

/// <summary>Asks a weighting every few steps and keeps every task's weight in between.</summary>
internal sealed class RenewedRun(IGradientWeighting inner, int every, int tasks) : IGradientWeighting
{
    private readonly double[] _kept = [.. Enumerable.Repeat(1.0, tasks)];

    public int StateLength => tasks + inner.StateLength;

    public bool NeedsGramian(int step) => (step - 1) % every == 0 && inner.NeedsGramian(step);

    public void Weigh(in WeightingStep step, ReadOnlySpan<double> gramian, Span<double> weights)
    {
        if (gramian.IsEmpty)
        {
            for (int i = 0; i < weights.Length; i++)
                weights[i] = _kept[step.Tasks[i]];
            WeightScale.ToTaskCount(weights);
            return;
        }
        inner.Weigh(step, gramian, weights);
        for (int i = 0; i < weights.Length; i++)
            _kept[step.Tasks[i]] = weights[i];
    }

    public void EndEpoch(ReadOnlySpan<double> trainLosses, ReadOnlySpan<double> validationLosses) =>
        inner.EndEpoch(trainLosses, validationLosses);

    public void Save(Span<double> state)
    {
        _kept.CopyTo(state);
        inner.Save(state[tasks..]);
    }

    public void Restore(ReadOnlySpan<double> state)
    {
        state[..tasks].CopyTo(_kept);
        inner.Restore(state[tasks..]);
    }
}
