using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Samples.ServeModel;

/// <summary>
/// Looks at the model's file a few times a second and serves the new one once it is whole. A file that cannot be loaded
/// changes nothing but the status: callers go on with the model before it.
/// </summary>
public sealed class ModelWatcher(string file, ILogger<ModelWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);
    private (DateTime, long) _seen = Stamp(file);
    private volatile ServedModel _model = ServedModel.Load(file, version: 1);
    private volatile string? _error;

    /// <summary>The model of this moment; a caller that has begun keeps its own.</summary>
    public ServedModel Model => _model;

    public ModelStatus Status => new(_model.Version, _model.LoadedAt, _error);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            (DateTime, long) stamp = Stamp(file);
            if (stamp == _seen)
                continue;
            _seen = stamp;
            Replace();
        }
    }

    private void Replace()
    {
        try
        {
            _model = ServedModel.Load(file, _model.Version + 1);
            _error = null;
            logger.LogInformation("Serving version {Version} of {File}", _model.Version, file);
        }
        catch (Exception e) when (e is ModelFormatException or IOException or UnauthorizedAccessException
            or ArgumentException or InvalidOperationException)
        {
            _error = e.Message;
            logger.LogError(e, "{File} cannot be served; version {Version} goes on", file, _model.Version);
        }
    }

    // A file that is not there has neither time nor length; that is a change like any other.
    private static (DateTime, long) Stamp(string file)
    {
        var info = new FileInfo(file);
        return info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
    }
}
