namespace MLNet.MultiTask.Evaluation;

/// <summary>The observed cells of a binary task: margin, label and weight.</summary>
internal sealed class BinaryCells
{
    /// <summary>Takes the observed cells with a finite margin and a positive weight.</summary>
    public BinaryCells(ReadOnlySpan<float> margins, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights)
    {
        List<float> kept = [];
        List<bool> positive = [];
        List<double> weight = [];
        for (int i = 0; i < margins.Length; i++)
        {
            float own = weights.IsEmpty ? 1 : weights[i];
            if (float.IsNaN(labels[i]) || !float.IsFinite(margins[i]) || !(own > 0))
                continue;
            kept.Add(margins[i]);
            positive.Add(labels[i] > 0.5f);
            weight.Add(own);
        }
        (Margins, IsPositive, Weights) = ([.. kept], [.. positive], [.. weight]);
        for (int i = 0; i < Count; i++)
            if (IsPositive[i])
                PositiveWeight += Weights[i];
            else
                NegativeWeight += Weights[i];
    }

    public int Count => Margins.Length;

    public float[] Margins { get; }

    public bool[] IsPositive { get; }

    public double[] Weights { get; }

    public double PositiveWeight { get; }

    public double NegativeWeight { get; }

    public bool HasBothClasses => PositiveWeight > 0 && NegativeWeight > 0;
}
