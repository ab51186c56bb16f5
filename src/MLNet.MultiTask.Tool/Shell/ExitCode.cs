namespace MLNet.MultiTask.Tool;

/// <summary>What the process says to its caller.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Unexpected = 1;
    public const int BadInput = 2;
    public const int Cancelled = 130;
}
