namespace MLNet.MultiTask.Numerics;

/// <summary>
/// One <see cref="WorkerPool"/> of the process, for calls that are too short for the runtime's own pool. It serves one
/// caller at a time: others, and calls from inside a part, do their parts alone.
/// </summary>
internal static class SharedPool
{
    private static readonly Lazy<WorkerPool> Pool = new(() => new WorkerPool(Environment.ProcessorCount));
    private static int _busy;

    /// <summary>
    /// Calls <paramref name="body"/> with 0 … parts−1, in any order on up to <paramref name="threads"/> threads, and
    /// waits for all.
    /// </summary>
    public static void Run(int parts, int threads, Action<int> body)
    {
        if (threads <= 1 || parts <= 1 || Interlocked.Exchange(ref _busy, 1) != 0)
        {
            for (int part = 0; part < parts; part++)
                body(part);
            return;
        }
        int next = -1;
        try
        {
            Pool.Value.Run(Math.Min(threads, parts), _ =>
            {
                for (int part; (part = Interlocked.Increment(ref next)) < parts;)
                    body(part);
            });
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }
}
