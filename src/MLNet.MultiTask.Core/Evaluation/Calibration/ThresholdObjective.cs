namespace MLNet.MultiTask;

/// <summary>What the threshold of a binary task is tuned for.</summary>
public enum ThresholdObjective
{
    /// <summary>F1 of the class true.</summary>
    F1Score,

    /// <summary>Mean of the recalls of both classes.</summary>
    BalancedAccuracy,

    /// <summary>Share of right predictions.</summary>
    Accuracy,
}
