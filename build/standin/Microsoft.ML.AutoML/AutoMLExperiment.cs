using System.Text.Json;

namespace Microsoft.ML.AutoML;

public class AutoMLExperiment
{
    private readonly AutoMLExperimentSettings _settings;
    private readonly MLContext _context;
    private Func<IServiceProvider, ITuner> _tuner;
    private Func<IServiceProvider, ITrialRunner> _runner;
    private Func<IServiceProvider, IMonitor> _monitor;
    private TrialResult _best;

    public AutoMLExperiment(MLContext context, AutoMLExperimentSettings settings)
    {
        (_context, _settings) = (context, settings);
        _settings.SearchSpace ??= new SearchSpace.SearchSpace();
    }

    public class AutoMLExperimentSettings : ExperimentSettings
    {
        public SearchSpace.SearchSpace SearchSpace { get; set; }

        public int? Seed { get; set; }
    }

    internal SearchSpace.SearchSpace SearchSpace => _settings.SearchSpace;

    internal ITrialResultManager Results { get; set; }

    private uint? Seconds { get; set; }

    private int? MaxModels { get; set; }

    public AutoMLExperiment AddSearchSpace(string key, SearchSpace.SearchSpace searchSpace)
    {
        _settings.SearchSpace[key] = searchSpace;
        return this;
    }

    public AutoMLExperiment SetMaxModelToExplore(int maxModel)
    {
        MaxModels = maxModel;
        return this;
    }

    public AutoMLExperiment SetTrainingTimeInSeconds(uint trainingTimeInSeconds)
    {
        Seconds = trainingTimeInSeconds;
        return this;
    }

    public AutoMLExperiment SetTuner<TTuner>(TTuner proposer) where TTuner : class, ITuner => SetTuner(_ => proposer);

    public AutoMLExperiment SetTuner<TTuner>(Func<IServiceProvider, TTuner> factory) where TTuner : class, ITuner
    {
        _tuner = factory;
        return this;
    }

    public AutoMLExperiment SetTrialRunner<TTrialRunner>(TTrialRunner runner) where TTrialRunner : class, ITrialRunner
    {
        _runner = _ => runner;
        return this;
    }

    public AutoMLExperiment SetTrialRunner<TTrialRunner>(Func<IServiceProvider, TTrialRunner> factory)
        where TTrialRunner : class, ITrialRunner
    {
        _runner = factory;
        return this;
    }

    public AutoMLExperiment SetMonitor<TMonitor>(TMonitor monitor) where TMonitor : class, IMonitor
    {
        _monitor = _ => monitor;
        return this;
    }

    public TrialResult Run() => RunAsync().Result;

    /// <summary>
    /// Synchronous where the runner is. A trial's token is wired after Propose; the first failure ends all unless it is
    /// an OperationCanceledException; only finite and −∞ losses can be best.
    /// </summary>
    public async Task<TrialResult> RunAsync(CancellationToken ct = default)
    {
        var services = new Services(_context, _settings, Results);
        _settings.CancellationToken = ct;
        if (_runner is null)
            throw new InvalidOperationException($"No service for type '{typeof(ITrialRunner)}' has been registered.");
        IMonitor monitor = _monitor is null ? new NoMonitor() : services.Make(_monitor);
        ITuner tuner = services.Make(_tuner ?? throw new NullReferenceException());
        services.Make(_runner);
        if (Results is not null && !ct.IsCancellationRequested)
            throw new NotSupportedException("The contract keeps no checkpoints; use the package");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (Seconds is { } seconds)
            stop.CancelAfter(TimeSpan.FromSeconds(seconds));
        for (int trial = 0; !stop.IsCancellationRequested && !(trial >= MaxModels); trial++)
        {
            var settings = new TrialSettings { TrialId = trial, StartedAtUtc = DateTime.UtcNow };
            settings.Parameter = tuner.Propose(settings);
            JsonSerializer.Serialize(settings);
            monitor.ReportRunningTrial(settings);
            await RunTrial(services, monitor, tuner, settings, stop).ConfigureAwait(false);
        }
        return _best ?? throw new TimeoutException("Training time finished without completing a successful trial. " +
            "Either no trial completed or the metric for all completed trials are NaN or Infinity");
    }

    private async Task RunTrial(Services services, IMonitor monitor, ITuner tuner, TrialSettings settings,
        CancellationTokenSource stop)
    {
        // What fired while the tuner thought is not told to the trial.
        using var token = stop.IsCancellationRequested ? new CancellationTokenSource()
            : CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        try
        {
            using ITrialRunner runner = services.Make(_runner);
            TrialResult result = await runner.RunAsync(settings, token.Token).ConfigureAwait(false);
            result.TrialSettings.EndedAtUtc = DateTime.UtcNow;
            monitor.ReportCompletedTrial(result);
            tuner.Update(result);
            if (!(result.Loss < (_best?.Loss ?? double.MaxValue)))
                return;
            _best = result;
            monitor.ReportBestTrial(result);
        }
        catch (Exception) when (token.IsCancellationRequested || stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            monitor.ReportFailTrial(settings, e);
            if (e is not OperationCanceledException && _best is null)
                throw;
            tuner.Update(new TrialResult { TrialSettings = settings, Loss = double.MaxValue });
        }
    }

    private sealed class NoMonitor : IMonitor
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

        public void ReportFailTrial(TrialSettings settings, Exception exception = null)
        {
        }
    }
}
