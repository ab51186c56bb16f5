using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Tests.Processes;

/// <summary>A sweep that is killed and goes on.</summary>
internal static class InterruptedSweep
{
    public static SweepResult Run(string? history, Action<SweepProgress> told) => GroupingSweep.Run(
        Training.Problems.Mixed(300, 6, 0.1, 2, new TaskInfo("a", TaskKind.Binary),
            new TaskInfo("b", TaskKind.Regression),
            new TaskInfo("c", TaskKind.Binary), new TaskInfo("d", TaskKind.Regression)), new SweepOptions
            {
                Learners = [NetworkSweep.Learner(new TrainingOptions { Hidden = [8], MaxEpochs = 8 }, ["4"])],
                    Folds = 2,
                MaxTrials = 12, HistoryFile = history, Progress = new Told(told),
            });

    private sealed class Told(Action<SweepProgress> told) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => told(value);
    }
}
