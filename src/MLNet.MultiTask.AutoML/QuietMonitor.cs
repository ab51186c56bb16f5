using Microsoft.ML.AutoML;

namespace MLNet.MultiTask.AutoML;

/// <summary>
/// Keeps nothing: AutoML's own monitor would hold every result. Trials are told by the log and the options' progress.
/// </summary>
internal sealed class QuietMonitor : IMonitor
{
    public void ReportRunningTrial(TrialSettings settings)
    {
    }

    public void ReportCompletedTrial(TrialResult result)
    {
    }

    public void ReportBestTrial(TrialResult result)
    {
    }

    public void ReportFailTrial(TrialSettings settings, Exception? exception = null)
    {
    }
}
