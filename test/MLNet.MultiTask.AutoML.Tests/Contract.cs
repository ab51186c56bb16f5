using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

namespace MLNet.MultiTask.Tests.AutoML;

/// <summary>An experiment of made-up trials, to ask how AutoML behaves.</summary>
internal sealed class Contract : ITuner, ITrialRunner, IMonitor
{
    public List<string> Calls { get; } = [];

    public Func<int, double> Loss { get; init; } = trial => trial;

    public Func<int, Exception?> Failure { get; init; } = _ => null;

    public Action<Contract, TrialResult> Updated { get; init; } = (_, _) => { };

    public Action<int> Proposing { get; init; } = _ => { };

    public Func<Parameter> Parameter { get; init; } = () => Microsoft.ML.SearchSpace.Parameter.CreateNestedParameter();

    public List<bool> Cancelled { get; } = [];

    public AutoMLExperiment Experiment()
    {
        var space = new Microsoft.ML.SearchSpace.SearchSpace();
        space["x"] = new ChoiceOption("a", "b", "c");
        return new MLContext(1).Auto().CreateExperiment().AddSearchSpace("s", space).SetTuner(this)
            .SetTrialRunner(this).SetMonitor(this);
    }

    public Parameter Propose(TrialSettings settings)
    {
        Calls.Add($"propose {settings.TrialId}");
        Proposing(settings.TrialId);
        return Parameter();
    }

    public void Update(TrialResult result)
    {
        Calls.Add($"update {result.TrialSettings.TrialId} {result.Loss:R}");
        Updated(this, result);
    }

    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
    {
        Cancelled.Add(ct.IsCancellationRequested);
        if (Failure(settings.TrialId) is { } e)
            throw e;
        double loss = Loss(settings.TrialId);
        return Task.FromResult(new TrialResult { TrialSettings = settings, Loss = loss, Metric = loss });
    }

    public void Dispose() => Calls.Add("dispose");

    public void ReportRunningTrial(TrialSettings settings) => Calls.Add($"running {settings.TrialId}");

    public void ReportCompletedTrial(TrialResult result) => Calls.Add($"completed {result.TrialSettings.TrialId}");

    public void ReportBestTrial(TrialResult result) => Calls.Add($"best {result.TrialSettings.TrialId}");

    public void ReportFailTrial(TrialSettings settings, Exception? exception = null) =>
        Calls.Add($"failed {settings.TrialId} {exception?.GetType().Name}");
}
