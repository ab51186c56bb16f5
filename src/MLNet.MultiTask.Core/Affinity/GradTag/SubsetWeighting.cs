namespace MLNet.MultiTask;

/// <summary>How the tasks of a subset share its loss.</summary>
public enum SubsetWeighting
{
    /// <summary>By their task weights, whatever their numbers of rows.</summary>
    TaskBalanced,

    /// <summary>By their numbers (weights) of rows, as the released code pools samples.</summary>
    SamplePooled,
}
