using Microsoft.ML.AutoML;
using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.AutoML;

/// <summary>
/// Trains and judges a point. One instance serves all trials and holds no model; AutoML calls Dispose after every one.
/// </summary>
internal sealed class MultiTaskTrialRunner(TrialRelay relay) : ITrialRunner
{
    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
    {
        SweepSession session = relay.Session
            ?? throw new InvalidOperationException("Run the experiment by MultiTaskExperiment.RunAsync");
        SweepPoint point = TrialParameter.Point(settings.Parameter, session.Learners);
        SweepTrial trial = session.Run.Try(point, ct)
            ?? throw new OperationCanceledException("The sweep has ended", ct);
        // Any other exception would end the whole experiment.
        if (trial.Status == SweepTrialStatus.Failed)
            throw new OperationCanceledException($"Trial {trial.Number} failed: {trial.Error}",
                new InvalidOperationException(trial.Error));
        return Task.FromResult(new TrialResult
        {
            TrialSettings = settings,
            Loss = trial.Loss,
            Metric = trial.Loss,
            DurationInMilliseconds = trial.Seconds * 1000,
        });
    }

    public void Dispose()
    {
    }
}
