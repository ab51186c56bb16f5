using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>Processor time of the process while at least one of some pieces of work runs.</summary>
internal sealed class BusyClock
{
    private readonly Lock _lock = new();
    private int _running;
    private TimeSpan _since;
    private TimeSpan _total;

    public double Seconds => _total.TotalSeconds;

    public T Run<T>(Func<T> work)
    {
        lock (_lock)
            if (_running++ == 0)
                _since = Environment.CpuUsage.TotalTime;
        try
        {
            return work();
        }
        finally
        {
            lock (_lock)
                if (--_running == 0)
                    _total += Environment.CpuUsage.TotalTime - _since;
        }
    }
}

/// <summary>Measures fits.</summary>
internal sealed class TimedLearner(IGroupLearner learner, BusyClock clock) : IGroupLearner
{
    public string Name => learner.Name;

    public string Settings => learner.Settings;

    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run) =>
        clock.Run(() => learner.Fit(table, split, tasks, run));
}

/// <summary>Measures what a trial asks for: fits, and the scoring of the rows held out.</summary>
internal sealed class TimedExecutor(LocalExecutor executor, BusyClock clock) : ITrialExecutor
{
    // The executor of the process has trained when it returns.
    public Task<IReadOnlyList<GroupOutcome>> TrainAsync(IReadOnlyList<GroupTraining> batch,
        CancellationToken cancellationToken) => clock.Run(() => executor.TrainAsync(batch, cancellationToken));

    public GroupFit? Models(GroupTraining training, CancellationToken cancellationToken) =>
        executor.Models(training, cancellationToken);
}

/// <summary>Measures an estimate, and gives it again.</summary>
internal sealed class TimedEstimator(ITaskAffinityEstimator estimator) : ITaskAffinityEstimator
{
    private TaskAffinity? _estimate;

    public double Seconds { get; private set; }

    public string Name => estimator.Name;

    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        _estimate = estimator.Estimate(table, split, cancellationToken);
        Seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        return _estimate;
    }

    /// <summary>An estimator that says what this one said.</summary>
    public ITaskAffinityEstimator Known() => new KnownEstimator(_estimate!, estimator.Name);

    private sealed class KnownEstimator(TaskAffinity estimate, string name) : ITaskAffinityEstimator
    {
        public string Name => name;

        public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default) =>
            estimate;
    }
}
