namespace MLNet.MultiTask.Learners;

/// <summary>A learner that trains by epochs or rounds and, given checkpoints, goes on where fewer of them
/// ended.</summary>
public interface IEpochLearner : IGroupLearner
{
    /// <summary>Most epochs of a fit; null = the learner cannot go on, or has no limit.</summary>
    int? MaxEpochs { get; }

    /// <summary>
    /// The same learner with another most. A fit of the one goes on from a checkpoint of the other, to the same bits as
    /// if it had had its own from the start.
    /// </summary>
    /// <param name="maxEpochs">At least 1.</param>
    IGroupLearner WithMaxEpochs(int maxEpochs);
}
