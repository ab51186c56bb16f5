using Microsoft.ML.AutoML;

namespace MLNet.MultiTask.AutoML;

/// <summary>
/// Keeps nothing: AutoML's own monitor would hold every result. Trials are told by the log and the options' progress.
/// Ends the experiment when the budget is used up, whoever proposes.
/// </summary>
internal sealed class QuietMonitor(TrialRelay relay) : IMonitor
{
    public void ReportRunningTrial(TrialSettings settings)
    {
    }

    public void ReportCompletedTrial(TrialResult result) => relay.EndIfDone();

    public void ReportBestTrial(TrialResult result)
    {
    }

    public void ReportFailTrial(TrialSettings settings, Exception? exception = null) => relay.EndIfDone();
}
