using System.Diagnostics;
using MLNet.MultiTask.Hangfire.Storage;

namespace MLNet.MultiTask.Hangfire.Work;

/// <summary>
/// The leases that a worker holds, all extended together. A lease that went to somebody else, or that could not be
/// extended in time, ends its training.
/// </summary>
internal sealed class Leases : IDisposable
{
    private readonly TrialStore _trials;
    private readonly TimeSpan _length;
    private readonly Dictionary<(string Sweep, string Key), Held> _held = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    /// <param name="trials">Where leases are kept.</param>
    /// <param name="length">How long one lasts; it is extended five times as often.</param>
    public Leases(TrialStore trials, TimeSpan length)
    {
        (_trials, _length) = (trials, length);
        _thread = new Thread(Beat) { IsBackground = true, Name = "leases", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    public TimeSpan Length => _length;

    /// <summary>Extends a lease until the holder is disposed of.</summary>
    public Held Hold(string sweep, string key, long lease, CancellationToken cancellationToken)
    {
        var held = new Held(this, sweep, key, lease, cancellationToken);
        lock (_held)
            _held[(sweep, key)] = held;
        return held;
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Beat()
    {
        while (!_stop.Wait(_length / 5))
        {
            Held[] held;
            lock (_held)
                held = [.. _held.Values];
            if (held.Length == 0)
                continue;
            long sent = Stopwatch.GetTimestamp();
            try
            {
                HashSet<(string, string)> still =
                    _trials.Beat([.. held.Select(h => (h.Sweep, h.Key, h.Lease))], _length);
                foreach (Held own in held)
                    if (still.Contains((own.Sweep, own.Key)))
                        own.Extended = sent;
                    else
                        own.Lose();
            }
            catch (TrialExecutorException)
            {
                // Away: the leases last a while yet.
            }
            foreach (Held own in held)
                if (Stopwatch.GetElapsedTime(own.Extended) > _length)
                    own.Lose();
        }
    }

    /// <summary>A lease of a trial.</summary>
    public sealed class Held : IDisposable
    {
        private readonly Leases _owner;
        private readonly CancellationTokenSource _source;

        public Held(Leases owner, string sweep, string key, long lease, CancellationToken cancellationToken)
        {
            (_owner, Sweep, Key, Lease, Extended) = (owner, sweep, key, lease, Stopwatch.GetTimestamp());
            _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        }

        public string Sweep { get; }

        public string Key { get; }

        public long Lease { get; }

        public long Extended { get; set; }

        /// <summary>Whether somebody else may have it.</summary>
        public bool IsLost { get; private set; }

        /// <summary>Cancelled when the lease is lost, or by the caller.</summary>
        public CancellationToken Token => _source.Token;

        public void Lose()
        {
            lock (_owner._held)
            {
                if (!_owner._held.TryGetValue((Sweep, Key), out Held? own) || own != this)
                    return;
                IsLost = true;
                _source.Cancel();
            }
        }

        public void Dispose()
        {
            lock (_owner._held)
                if (_owner._held.TryGetValue((Sweep, Key), out Held? own) && own == this)
                    _owner._held.Remove((Sweep, Key));
            _source.Dispose();
        }
    }
}
