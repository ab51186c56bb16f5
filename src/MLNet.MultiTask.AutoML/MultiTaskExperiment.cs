using Microsoft.ML;
using Microsoft.ML.AutoML;
using MLNet.MultiTask.AutoML;
using MLNet.MultiTask.Search;

namespace MLNet.MultiTask;

/// <summary>An experiment that searches over groupings of tasks; made by <c>experiment.SetMultiTask(...)</c>.</summary>
public sealed class MultiTaskExperiment
{
    // A tuner that treats choices as numbers does not find its way among more.
    private const int MostChoices = 200;

    private readonly AutoMLExperiment _experiment;
    private readonly MultiTaskSweep _sweep;
    private readonly IDataView _train;
    private readonly IDataView? _validation;
    private readonly TrialRelay _relay = new();
    private readonly Microsoft.ML.SearchSpace.SearchSpace _space = new();

    internal MultiTaskExperiment(AutoMLExperiment experiment, IDataView train, IDataView? validation,
        MultiTaskSweep.Options options)
    {
        (_experiment, _train, _validation) = (experiment, train, validation);
        var context = new MLContext(options.Seed);
        _sweep = new MultiTaskSweep(context, options);
        foreach (var (key, option) in TrialParameter.Options(_sweep.Learners))
            _space[key] = option;
        experiment.AddSearchSpace(TrialParameter.Key, _space).SetTuner(new GroupingTuner(_relay))
            .SetTrialRunner(services => _relay.Runner(services)).SetMonitor(new QuietMonitor(_relay));
    }

    /// <summary>What the latest run found: trials, chosen grouping, table, why it stopped; null before.</summary>
    public SweepResult? Result => _sweep.Result;

    /// <summary>Runs the experiment on a thread of the pool.</summary>
    /// <param name="cancellationToken">Looked at every batch. After the first completed trial, the best so far is
    /// returned.</param>
    /// <returns>
    /// The best trial; its model scores every task, and was trained once more on all rows unless the options say
    /// otherwise. Its loss and metric are the mean loss relative to the trivial predictor's.
    /// </returns>
    /// <exception cref="InvalidOperationException">No trial succeeded (counts and the first error are in the message),
    /// or the experiment keeps checkpoints.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before any trial was completed.</exception>
    public Task<TrialResult> RunAsync(CancellationToken cancellationToken = default) =>
        // AutoML's own RunAsync is synchronous with a synchronous runner, and deadlocks on a context of one thread.
        Task.Run(() => Run(cancellationToken), CancellationToken.None);

    private async Task<TrialResult> Run(CancellationToken cancellationToken)
    {
        using SweepSession session = _sweep.Begin(_train, _validation, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(session.Run.Token);
        // For other tuners; ours does not look at the space.
        _space[TrialParameter.Grouping] = TrialParameter.Choice(session.Run.Candidates(MostChoices));
        _relay.Begin(session, stop);
        TrialResult? best = null;
        try
        {
            if (_relay.HasNext)
                best = await _experiment.RunAsync(stop.Token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // AutoML's way to say that no trial was the best; the refusal or Finish says why.
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        if (_relay.Refusal is { } refusal)
            throw new InvalidOperationException(refusal);
        MultiTaskPredictionTransformer model = session.Finish(_relay.StopReason);
        SweepTrial choice = Result!.Best;
        return new TrialResult
        {
            TrialSettings = best?.TrialSettings.TrialId == choice.Number - 1 ? best.TrialSettings
                : new TrialSettings { TrialId = choice.Number - 1, Parameter = TrialParameter.Of(choice.Point) },
            Model = model,
            Loss = choice.Loss,
            Metric = choice.Loss,
            DurationInMilliseconds = choice.Seconds * 1000,
        };
    }
}
