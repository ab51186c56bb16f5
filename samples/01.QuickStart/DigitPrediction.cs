using Microsoft.ML.Data;

namespace MLNet.MultiTask.Samples.QuickStart;

/// <summary>Three of the sixteen answers, picked by the names of their columns.</summary>
public sealed class DigitPrediction
{
    [ColumnName("Probability.Even")]
    public float Even { get; set; }

    [ColumnName("Probability.Prime")]
    public float Prime { get; set; }

    [ColumnName("Probability.Is7")]
    public float Is7 { get; set; }
}
