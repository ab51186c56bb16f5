using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tests.Training;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Processes;

/// <summary>A training of three groups that tells of every checkpoint.</summary>
internal static class InterruptedTraining
{
    public static MultiTaskModel Train(string? folder, Action<TrainingCheckpoint> told)
    {
        TaskTable table = Problems.Mixed();
        var options =
            new TrainingOptions { Hidden = [16], MaxEpochs = 40, Patience = null, BatchSize = 16, Checkpoint = told };
        return GroupedTrainer.Train(table, Problems.Split(table), TaskGrouping.Single(3), options,
            folder is null ? null : new CheckpointFolder(folder, resume: true, steps: 15)).Model;
    }
}
