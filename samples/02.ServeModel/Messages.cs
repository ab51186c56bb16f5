using Microsoft.ML.Data;

namespace MLNet.MultiTask.Samples.ServeModel;

/// <summary>What a caller sends: 8×8 pixels from 0 to 16, row by row.</summary>
public sealed class DigitQuestion
{
    [VectorType(64)]
    public float[] Pixels { get; set; } = [];
}

/// <summary>Some of the sixteen answers.</summary>
public sealed class DigitAnswer
{
    [ColumnName("Probability.Even")]
    public float Even { get; set; }

    [ColumnName("Probability.Prime")]
    public float Prime { get; set; }

    [ColumnName("Probability.AtLeastFive")]
    public float AtLeastFive { get; set; }
}

/// <summary>The answer and the version of the model that gave it.</summary>
public sealed record Reply(int ModelVersion, float Even, float Prime, float AtLeastFive);

/// <summary>Which model is served; the error is that of the last file that could not be loaded.</summary>
public sealed record ModelStatus(int Version, DateTimeOffset LoadedAt, string? Error);
