using Microsoft.ML.Data;

namespace MLNet.MultiTask.Samples.TextTasks;

/// <summary>What is read of a scored sentence.</summary>
public sealed class Judged
{
    [ColumnName("Probability.Praise")]
    public float Praise { get; set; }
}
