using Microsoft.ML.AutoML;

namespace MLNet.MultiTask.AutoML;

/// <summary>Sees whether an experiment keeps checkpoints, which no public member says.</summary>
internal static class CheckpointGuard
{
    /// <summary>SetCheckpoint registers a manager of results; nothing else does.</summary>
    public static bool KeepsCheckpoints(IServiceProvider services) =>
        typeof(AutoMLExperiment).Assembly.GetType("Microsoft.ML.AutoML.ITrialResultManager") is { } type
            && services.GetService(type) is not null;
}
