using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Tests.Search;

/// <summary>Trains beside the sweep, with delays that differ from run to run; hands no model back.</summary>
internal sealed class ShuffledExecutor(int seed) : ITrialExecutor
{
    private readonly Random _delays = new(seed);
    private int _running;

    /// <summary>Most batches that were asked for at a time.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>From a training to what happens in its place; null = it is trained.</summary>
    public Func<GroupTraining, GroupOutcome?> Instead { get; init; } = _ => null;

    public async Task<IReadOnlyList<GroupOutcome>> TrainAsync(IReadOnlyList<GroupTraining> batch,
        CancellationToken cancellationToken)
    {
        int delay;
        lock (_delays)
        {
            delay = _delays.Next(40);
            MostAtOnce = Math.Max(MostAtOnce, ++_running);
        }
        try
        {
            await Task.Delay(delay, cancellationToken);
            return [.. batch.Select(t => Instead(t) ?? t.Train(1, cancellationToken) with { Fit = null })];
        }
        finally
        {
            lock (_delays)
                _running--;
        }
    }

    public GroupFit? Models(GroupTraining training, CancellationToken cancellationToken) => null;
}
