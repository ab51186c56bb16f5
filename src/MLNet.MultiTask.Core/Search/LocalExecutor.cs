using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Search;

/// <summary>Trains in the process.</summary>
/// <param name="threads">Upper limit over all trainings of a batch; null = all cores.</param>
internal sealed class LocalExecutor(int? threads) : ITrialExecutor
{
    public IReadOnlyList<GroupOutcome> Train(IReadOnlyList<GroupTraining> batch, CancellationToken cancellationToken) =>
        ParallelRuns.MapInWaves(batch.Count, threads, (i, own) => batch[i].Train(own, cancellationToken),
            cancellationToken);

    public GroupFit? Models(GroupTraining training, CancellationToken cancellationToken) => null;
}
