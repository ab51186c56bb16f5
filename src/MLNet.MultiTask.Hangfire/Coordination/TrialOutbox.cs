using System.Collections.Concurrent;
using MLNet.MultiTask.Hangfire.Storage;
using MLNet.MultiTask.Hangfire.Work;

namespace MLNet.MultiTask.Hangfire.Coordination;

/// <summary>
/// Requests on their way to the database: what several trials ask for at a time goes there in one statement, and no
/// trial holds a thread meanwhile.
/// </summary>
internal sealed class TrialOutbox : IDisposable
{
    // Hangfire takes five statements a job: several connections at a time.
    private const int Senders = 4;
    private const int Most = 64;

    private readonly BlockingCollection<TrialRequest> _requests = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread[] _threads;

    /// <param name="sweep">The sweep.</param>
    /// <param name="trials">Where trials are kept.</param>
    /// <param name="queue">Wakes workers up.</param>
    /// <param name="fail">Told why nothing can be sent any more.</param>
    public TrialOutbox(string sweep, TrialStore trials, TrialQueue queue, Action<TrialExecutorException> fail)
    {
        _threads = [.. Enumerable.Range(0, Senders).Select(_ => new Thread(() => Work(sweep, trials, queue, fail))
        {
            IsBackground = true, Name = "requests",
        })];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    public void Send(IEnumerable<TrialRequest> requests)
    {
        foreach (TrialRequest request in requests)
            _requests.Add(request);
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (Thread thread in _threads)
            thread.Join();
        _stop.Dispose();
        _requests.Dispose();
    }

    private void Work(string sweep, TrialStore trials, TrialQueue queue, Action<TrialExecutorException> fail)
    {
        try
        {
            while (true)
            {
                List<TrialRequest> batch = [_requests.Take(_stop.Token)];
                while (batch.Count < Most && _requests.TryTake(out TrialRequest? next))
                    batch.Add(next);
                HashSet<string> added = trials.Add(sweep, batch, _stop.Token);
                foreach (TrialRequest request in batch)
                    if (added.Remove(request.Key))
                        queue.Call(sweep, request.Key, request.Title, cancellationToken: _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (TrialExecutorException e)
        {
            fail(e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            fail(new TrialExecutorException($"Trials cannot be handed out: {e.Message}", e));
        }
    }
}
