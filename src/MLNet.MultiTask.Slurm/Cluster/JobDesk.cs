using System.Diagnostics;
using MLNet.MultiTask.Distribution;
using MLNet.MultiTask.Slurm.Files;

namespace MLNet.MultiTask.Slurm.Cluster;

/// <summary>
/// One thread that submits trials, many as one array, looks for their results, and submits again what ended without
/// one. Slurm requeues jobs of lost nodes by itself; of programs that failed it does not.
/// </summary>
internal sealed class JobDesk : IDisposable
{
    private const int LongestArray = 500;

    // On a shared disk a result may be seen some time after its job has ended.
    private const int MissedAtMost = 3;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly string _name;
    private readonly SweepFolder _folder;
    private readonly SlurmCommands _slurm;
    private readonly SlurmExecutorOptions _options;
    private readonly Dictionary<string, WantedTrial> _wanted = [];
    private readonly List<string> _unwanted = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private TrialExecutorException? _failure;
    private long? _awaySince;

    public JobDesk(string name, SweepFolder folder, SlurmCommands slurm, SlurmExecutorOptions options)
    {
        (_name, _folder, _slurm, _options) = (name, folder, slurm, options);
        _thread = new Thread(Work) { IsBackground = true, Name = "slurm" };
        _thread.Start();
    }

    /// <summary>The result of a trial whose file is there: one that is known, or of a job that runs, or of a new
    /// one.</summary>
    public Task<ResultFile> Ask(string key, string title)
    {
        lock (_wanted)
        {
            if (_failure is not null)
                throw _failure;
            if (!_wanted.TryGetValue(key, out WantedTrial? wanted))
                // A coordinator before this one may have submitted it.
                _wanted.Add(key, wanted = new WantedTrial(key, title) { Job = SharedFile.Read(_folder.Job(key)) });
            wanted.Waiting++;
            return wanted.Result.Task;
        }
    }

    /// <summary>Somebody waits no longer; what nobody waits for is cancelled.</summary>
    public void Leave(string key)
    {
        lock (_wanted)
            if (_wanted.TryGetValue(key, out WantedTrial? wanted) && --wanted.Waiting == 0)
            {
                _wanted.Remove(key);
                if (wanted.Job is { } job)
                    _unwanted.Add(job);
                File.Delete(_folder.Job(key));
            }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
        try
        {
            foreach (string key in Wanted().Select(w => w.Key))
                while (_wanted.ContainsKey(key))
                    Leave(key);
            CancelUnwanted();
        }
        catch (SlurmException e)
        {
            _options.Log?.Invoke($"Jobs named {_name} may go on running: {e.Message}");
        }
    }

    private void Work()
    {
        long check = Stopwatch.GetTimestamp();
        try
        {
            while (!_stop.Token.WaitHandle.WaitOne(s_look))
            {
                WantedTrial[] looked = Wanted();
                foreach (WantedTrial wanted in looked)
                    TakeResult(wanted);
                try
                {
                    // Not what was asked for since: its result may be there.
                    Submit([.. Wanted().Intersect(looked).Where(w => w.Job is null)]);
                    CancelUnwanted();
                    if (Stopwatch.GetElapsedTime(check) >= _options.CheckInterval)
                    {
                        check = Stopwatch.GetTimestamp();
                        Check();
                    }
                    _awaySince = null;
                }
                catch (SlurmException e)
                {
                    WaitFor(e);
                }
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fail(e as TrialExecutorException
                ?? new TrialExecutorException($"The jobs of Slurm are lost sight of: {e.Message}", e));
        }
    }

    private void WaitFor(SlurmException e)
    {
        if (_awaySince is null)
            _options.Log?.Invoke($"Slurm is waited for: {e.Message}");
        _awaySince ??= Stopwatch.GetTimestamp();
        if (Stopwatch.GetElapsedTime(_awaySince.Value) > _options.Patience)
            throw new TrialExecutorException(e.Message, e);
        _stop.Token.WaitHandle.WaitOne(_options.CheckInterval);
    }

    private void TakeResult(WantedTrial wanted)
    {
        string path = _folder.Result(wanted.Key);
        if (SharedFile.Read(path) is { } text)
        {
            ResultFile result = ResultFile.Parse(text);
            if (result.Errors.Length is > 0 and var tries && tries < _options.MaxTries)
            {
                File.Delete(path);
                Again(wanted, result.Errors[^1]);
            }
            else
                Hand(wanted, result);
        }
        else if (SharedFile.Read(SweepFolder.Refusal(path)) is { } refusal)
        {
            File.Delete(SweepFolder.Refusal(path));
            throw new TrialExecutorException(refusal);
        }
    }

    private void Submit(WantedTrial[] trials)
    {
        foreach (WantedTrial[] part in trials.Chunk(LongestArray))
        {
            string job = _slurm.Submit(_name, part.Length, JobScript.Of(_options.Command,
                [.. part.Select(w => (_folder.Trial(w.Key), _folder.Result(w.Key)))]), _folder.Logs, _options.Partition,
                _options.Cores);
            lock (_wanted)
                for (int i = 0; i < part.Length; i++)
                {
                    part[i].Job = FormattableString.Invariant($"{job}_{i}");
                    if (_wanted.ContainsKey(part[i].Key))
                        SharedFile.Write(_folder.Job(part[i].Key), part[i].Job!);
                    else
                        // Whoever waited has left meanwhile.
                        _unwanted.Add(part[i].Job!);
                }
        }
    }

    private void Check()
    {
        WantedTrial[] submitted = [.. Wanted().Where(w => w.Job is not null)];
        if (submitted.Length == 0)
            return;
        Dictionary<string, JobState> states = _slurm.States(_name);
        foreach (WantedTrial wanted in submitted)
        {
            bool known = states.TryGetValue(wanted.Job!, out JobState state);
            if (known && !state.HasEnded)
                wanted.Missed = 0;
            else if (++wanted.Missed >= MissedAtMost && !File.Exists(_folder.Result(wanted.Key)))
                Again(wanted, $"The job {wanted.Job} ended {(known ? $"as {state.Name} " : "")}without a result" +
                    Said(wanted.Job!));
        }
    }

    private void Again(WantedTrial wanted, string error)
    {
        wanted.Errors.Add(error);
        _options.Log?.Invoke($"{wanted.Title}: {error} (try {wanted.Errors.Count} of {_options.MaxTries})");
        (wanted.Job, wanted.Missed) = (null, 0);
        File.Delete(_folder.Job(wanted.Key));
        if (wanted.Errors.Count < _options.MaxTries)
            return;
        var result = new ResultFile(wanted.Key, [], 0, 0, "", null, [.. wanted.Errors]);
        SharedFile.Write(_folder.Result(wanted.Key), result.ToJson());
        Hand(wanted, result);
    }

    /// <summary>The last line that a job wrote: why its program did not start, or was killed.</summary>
    private string Said(string job) =>
        SharedFile.Read(Log(job))?.TrimEnd().Split('\n')[^1].Trim() is { Length: > 0 } line
        ? $": {line}" : "";

    private void Hand(WantedTrial wanted, ResultFile result)
    {
        lock (_wanted)
            _wanted.Remove(wanted.Key);
        File.Delete(_folder.Job(wanted.Key));
        if (wanted.Job is { } job && result.Errors.Length == 0)
            File.Delete(Log(job));
        wanted.Result.TrySetResult(result);
    }

    private void CancelUnwanted()
    {
        string[] jobs;
        lock (_wanted)
            jobs = [.. _unwanted];
        foreach (string[] part in jobs.Chunk(LongestArray))
        {
            _slurm.Cancel(part);
            lock (_wanted)
                _unwanted.RemoveRange(0, part.Length);
        }
    }

    private void Fail(TrialExecutorException failure)
    {
        WantedTrial[] left;
        lock (_wanted)
            (_failure, left) = (failure, [.. _wanted.Values]);
        foreach (WantedTrial wanted in left)
            wanted.Result.TrySetException(failure);
    }

    private string Log(string job) => Path.Combine(_folder.Logs, job + ".log");

    private WantedTrial[] Wanted()
    {
        lock (_wanted)
            return [.. _wanted.Values];
    }
}
