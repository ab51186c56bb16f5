namespace MLNet.MultiTask.Trees;

/// <summary>Why no more trees were grown.</summary>
internal enum ForestStopReason
{
    /// <summary>No task's validation loss improved for the given number of trees.</summary>
    NoImprovement,

    /// <summary>All trees were grown.</summary>
    NumberOfTrees,

    /// <summary>No split makes the loss lower.</summary>
    NoSplit,
}
