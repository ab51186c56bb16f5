using System.Runtime.ExceptionServices;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// A few threads for work of microseconds: they spin for a moment between two calls of <see cref="Run"/>, then park.
/// Which thread does which part is open, so parts must not depend on it. The caller works too, and never waits
/// for a thread that has not begun.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    private const int SpinsBeforeParking = 1500;

    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread[] _workers;
    private Action<int>? _body;
    private ExceptionDispatchInfo? _failure;
    private long _open;
    private int _unfinished;
    private int _parked;
    private volatile bool _closed;

    /// <summary>Starts <paramref name="threads"/> − 1 workers.</summary>
    public WorkerPool(int threads)
    {
        _workers = new Thread[Math.Max(0, threads - 1)];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = "MultiTask worker" };
            _workers[i].Start();
        }
    }

    /// <summary>Threads that work, the caller's included.</summary>
    public int Threads => _workers.Length + 1;

    /// <summary>
    /// Calls <paramref name="body"/> with 0 … parts−1, in any order and on any thread, and waits for all.
    /// </summary>
    public void Run(int parts, Action<int> body)
    {
        if (_workers.Length == 0 || parts == 1)
        {
            for (int part = parts - 1; part >= 0; part--)
                body(part);
            return;
        }
        (_body, _failure, _unfinished) = (body, null, parts);
        // The open parts share a word with the number of the call, so a late worker cannot take a part of the next one.
        long call = (_open >> 32) + 1;
        Interlocked.Exchange(ref _open, (call << 32) | (uint)parts);
        int parked = Interlocked.Exchange(ref _parked, 0);
        if (parked > 0)
            _wake.Release(parked);
        TakeParts();
        for (int spins = 0; Volatile.Read(ref _unfinished) > 0; spins++)
            if (spins < SpinsBeforeParking)
                Thread.SpinWait(1);
            else
                Thread.Yield();
        _failure?.Throw();
    }

    public void Dispose()
    {
        _closed = true;
        if (_workers.Length > 0)
            _wake.Release(_workers.Length);
        foreach (Thread worker in _workers)
            worker.Join();
        _wake.Dispose();
    }

    private void Work()
    {
        while (!_closed)
        {
            TakeParts();
            int spins = 0;
            while ((uint)Volatile.Read(ref _open) == 0 && ++spins < SpinsBeforeParking)
                Thread.SpinWait(1);
            if (spins < SpinsBeforeParking || _closed)
                continue;
            Interlocked.Increment(ref _parked);
            _wake.Wait();
        }
    }

    private void TakeParts()
    {
        for (long open = Volatile.Read(ref _open); (uint)open > 0; open = Volatile.Read(ref _open))
        {
            if (Interlocked.CompareExchange(ref _open, open - 1, open) != open)
                continue;
            try
            {
                _body!((int)(uint)open - 1);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
            }
            Interlocked.Decrement(ref _unfinished);
        }
    }
}
