namespace MLNet.MultiTask.Tests;

/// <summary>A worker in this process.</summary>
internal sealed class WorkerThread : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<int> _run;

    public WorkerThread(string url, int slots, Func<MultiTaskWorkerOptions, MultiTaskWorkerOptions>? change = null)
    {
        var options = new MultiTaskWorkerOptions
        {
            Storage = url, Slots = slots, Learners = TestSweep.Learners, Lease = TimeSpan.FromSeconds(2),
        };
        _run = Task.Factory.StartNew(() => MultiTaskWorker.Run(change?.Invoke(options) ?? options, _stop.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public Task<int> Running => _run;

    /// <summary>Trials handed in.</summary>
    public int Stop()
    {
        _stop.Cancel();
        return _run.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _run.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        _stop.Dispose();
    }
}
