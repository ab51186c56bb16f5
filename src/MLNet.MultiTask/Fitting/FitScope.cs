using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Fitting;

/// <summary>
/// One run of an estimator's Fit: its channel to the log, and a token that the caller's token cancels, or a cancelled
/// <see cref="MLContext"/>.
/// </summary>
internal sealed record FitScope(IChannel Channel, CancellationToken Token)
{
    /// <summary>Runs a fit.</summary>
    /// <exception cref="OperationCanceledException">
    /// The caller's token was cancelled (it is the exception's), or the context was.
    /// </exception>
    public static T Run<T>(IHost host, ContextWatch watch, string name, Func<FitScope, T> fit,
        CancellationToken callers)
    {
        callers.ThrowIfCancellationRequested();
        using IChannel channel = host.Start(name);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(callers);
        using IDisposable watching = watch.Begin(source, channel);
        try
        {
            T result = fit(new FitScope(channel, source.Token));
            source.Token.ThrowIfCancellationRequested();
            return result;
        }
        catch (OperationCanceledException e) when (callers.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, callers);
        }
        catch (OperationCanceledException e) when (source.IsCancellationRequested)
        {
            throw new OperationCanceledException("The MLContext was cancelled", e, source.Token);
        }
    }
}
