using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Processes;

/// <summary>A training of three groups, one after the other, that tells of every checkpoint.</summary>
internal static class InterruptedTraining
{
    public static MultiTaskModel Train(string? folder, Action<string> told)
    {
        TaskTable table = Problems.Mixed();
        var options =
            new TrainingOptions { Hidden = [16], MaxEpochs = 40, Patience = null, BatchSize = 16, Threads = 1 };
        return SharedBottomLearner.TrainGroups(table, Problems.Split(table), TaskGrouping.Single(3), options,
            folder is null ? null
                : new WatchedStore(new CheckpointFolder(folder, resume: true, steps: 15), told)).Model;
    }
}
