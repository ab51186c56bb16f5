namespace MLNet.MultiTask;

/// <summary>A worker must not train for a sweep; the message says why, in one sentence.</summary>
public sealed class WorkerRefusedException : Exception
{
    /// <summary>Says why.</summary>
    public WorkerRefusedException(string message) : base(message)
    {
    }

    /// <summary>Says why, and what was behind it.</summary>
    public WorkerRefusedException(string message, Exception inner) : base(message, inner)
    {
    }
}
