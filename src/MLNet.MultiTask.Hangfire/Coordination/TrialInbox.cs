using System.Diagnostics;
using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Hangfire.Storage;
using MLNet.MultiTask.Hangfire.Work;

namespace MLNet.MultiTask.Hangfire.Coordination;

/// <summary>
/// The trials that are waited for, and one thread that looks for their results and calls again for those whose workers
/// fell silent. It holds what is waited for and nothing that has ended.
/// </summary>
internal sealed class TrialInbox : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan s_check = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_unclaimed = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);

    private readonly string _sweep;
    private readonly TrialStore _trials;
    private readonly TrialQueue _queue;
    private readonly CoordinatorLock _lock;
    private readonly HangfireExecutorOptions _options;
    private readonly Dictionary<string, Waited> _waited = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private TrialExecutorException? _failure;

    public TrialInbox(string sweep, TrialStore trials, TrialQueue queue, CoordinatorLock owner,
        HangfireExecutorOptions options)
    {
        (_sweep, _trials, _queue, _lock, _options) = (sweep, trials, queue, owner, options);
        _thread = new Thread(Look) { IsBackground = true, Name = "results" };
        _thread.Start();
    }

    /// <summary>Trials waited for.</summary>
    public int Count
    {
        get
        {
            lock (_waited)
                return _waited.Count;
        }
    }

    /// <summary>The result of a trial that was or will be requested.</summary>
    public Task<ResultFile> Await(string key)
    {
        lock (_waited)
        {
            if (_failure is not null)
                throw _failure;
            if (!_waited.TryGetValue(key, out Waited? waited))
                _waited.Add(key, waited = new Waited());
            return waited.Result.Task;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }

    private void Look()
    {
        long check = Stopwatch.GetTimestamp(), news = check;
        try
        {
            while (!_stop.Token.WaitHandle.WaitOne(s_look))
            {
                string[] keys;
                lock (_waited)
                    keys = [.. _waited.Keys];
                if (keys.Length == 0)
                {
                    news = Stopwatch.GetTimestamp();
                    continue;
                }
                List<ResultFile> results = _trials.Results(_sweep, keys, _stop.Token);
                if (results.Count > 0)
                    news = Stopwatch.GetTimestamp();
                foreach (ResultFile result in results)
                    Hand(result);
                if (Stopwatch.GetElapsedTime(check) < s_check)
                    continue;
                check = Stopwatch.GetTimestamp();
                CallAgain(keys);
                if (Stopwatch.GetElapsedTime(news) > s_idle)
                {
                    news = check;
                    if (!_trials.IsWorkedOn(_sweep))
                        _options.Log?.Invoke(
                            "No worker asks for trials; start one: mlnet-multitask worker --storage …");
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (TrialExecutorException e)
        {
            Fail(e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fail(new TrialExecutorException($"Results cannot be read: {e.Message}", e));
        }
    }

    private void CallAgain(string[] keys)
    {
        if (!_lock.IsHeld())
            return;
        foreach ((string key, string title) in _trials.Lost(_sweep, keys, s_unclaimed))
        {
            _options.Log?.Invoke($"Called again: {title}");
            _queue.Call(_sweep, key, title, again: true, _stop.Token);
        }
    }

    private void Hand(ResultFile result)
    {
        Waited? waited;
        lock (_waited)
            _waited.Remove(result.Key, out waited);
        waited?.Result.TrySetResult(result);
    }

    /// <summary>Ends all waiting, and what comes later.</summary>
    public void Fail(TrialExecutorException failure)
    {
        lock (_waited)
        {
            _failure ??= failure;
            foreach (Waited waited in _waited.Values)
                waited.Result.TrySetException(_failure);
            _waited.Clear();
        }
    }

    private sealed class Waited
    {
        public TaskCompletionSource<ResultFile> Result { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
