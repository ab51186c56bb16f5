using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Search;

/// <summary>Trains in the process.</summary>
/// <param name="threads">Upper limit over all trainings of a batch; null = all cores.</param>
internal sealed class LocalExecutor(int? threads) : ITrialExecutor
{
    /// <summary>Trains on the caller's thread and its helpers; the task has ended when it is returned.</summary>
    public Task<IReadOnlyList<GroupOutcome>> TrainAsync(IReadOnlyList<GroupTraining> batch,
        CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<GroupOutcome>>(ParallelRuns.MapInWaves(
            batch.Count, threads, (i, own) => batch[i].Train(own, cancellationToken), cancellationToken));

    public GroupFit? Models(GroupTraining training, CancellationToken cancellationToken) => null;
}
