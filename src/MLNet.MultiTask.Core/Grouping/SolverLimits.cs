namespace MLNet.MultiTask.Grouping;

/// <summary>Why solvers stop that were not done, and the option that would let them go on.</summary>
internal static class SolverLimits
{
    public const string Iterations = "the iterations are used up";
    public const string Nodes = "the nodes are used up";
    public const string Time = "the time is used up";

    public static string? OptionOf(string stopReason) => stopReason switch
    {
        Iterations => "MaxIterations",
        Nodes => "MaxNodes",
        Time => "TimeLimit",
        _ => null,
    };
}
