using Microsoft.ML;

namespace MLNet.MultiTask;

/// <summary>The way in: <c>mlContext.MultiTask()</c>.</summary>
public static class MLContextExtension
{
    /// <summary>Multi-task learning: task affinity, grouping, trainers, evaluation and files.</summary>
    public static MultiTaskCatalog MultiTask(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new MultiTaskCatalog(mlContext);
    }
}
