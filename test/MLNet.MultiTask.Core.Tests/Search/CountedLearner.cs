using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Search;

/// <summary>A small network that counts its fits, and may fail or be slow.</summary>
internal sealed class CountedLearner(TrainingOptions options, Func<IReadOnlyList<int>, Exception?>? fail = null,
    int delay = 0) : IEpochLearner
{
    private readonly SharedBottomLearner _learner = new(options);
    private int _fits;

    public int Fits => _fits;

    /// <summary>Every model handed out.</summary>
    public List<WeakReference> Models { get; } = [];

    public string Name => "network";

    public string Settings => _learner.Settings;

    public int? MaxEpochs => _learner.MaxEpochs;

    public IGroupLearner WithMaxEpochs(int maxEpochs) => new CountedLearner(options with { MaxEpochs = maxEpochs });

    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        Interlocked.Increment(ref _fits);
        if (delay > 0)
            run.CancellationToken.WaitHandle.WaitOne(delay);
        run.CancellationToken.ThrowIfCancellationRequested();
        if (fail?.Invoke(tasks) is { } e)
            throw e;
        GroupFit fit = _learner.Fit(table, split, tasks, run);
        lock (Models)
            Models.AddRange(fit.Models.Select(m => new WeakReference(m.Model)));
        return fit;
    }
}
