namespace MLNet.MultiTask;

/// <summary>What a task predicts, and with it the task's loss and metrics.</summary>
public enum TaskKind
{
    /// <summary>Two classes; labels 0 and 1; logistic loss on one logit.</summary>
    Binary,

    /// <summary>K ≥ 2 classes; labels 0 … K−1; cross entropy on K logits.</summary>
    Multiclass,

    /// <summary>A real number; squared error of the target standardised on the training rows.</summary>
    Regression,
}
