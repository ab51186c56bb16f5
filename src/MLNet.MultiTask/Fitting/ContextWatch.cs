using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Fitting;

/// <summary>
/// Sees that an <see cref="MLContext"/> was cancelled, as a sweep does at its time limit. ML.NET shows that only to its
/// own components, but a normaliser that is being fitted looks at every row: one is kept fitting beside the work.
/// </summary>
internal sealed class ContextWatch(MLContext context)
{
    public const string Column = "Heartbeat";
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    // Made once, because every component that is made draws from the context's random numbers.
    private readonly IEstimator<ITransformer> _listener = context.Transforms.NormalizeMinMax(Column);

    /// <summary>
    /// Cancels <paramref name="source"/> once the context is cancelled; ends with the returned value.
    /// </summary>
    public IDisposable Begin(CancellationTokenSource source, IChannel channel) => new Run(_listener, source, channel);

    private sealed class Run : IDisposable
    {
        private readonly HeartbeatView _view = new(s_interval);
        private readonly Thread _thread;
        private readonly CancellationTokenSource _over = new();

        // The thread logs only before the first row and after the last, while the caller waits: nobody's log has to be
        // safe for threads because of this.
        public Run(IEstimator<ITransformer> listener, CancellationTokenSource source, IChannel channel)
        {
            _thread = new Thread(() => Listen(listener, source, channel))
            {
                IsBackground = true,
                Name = "MLNet.MultiTask.ContextWatch",
            };
            _thread.Start();
            try
            {
                _view.WaitForFirstRow(_over.Token);
            }
            catch (OperationCanceledException)
            {
                // The listener ended before its first row; it has said why.
            }
        }

        public void Dispose()
        {
            _view.Stop();
            _thread.Join();
            _view.Dispose();
            _over.Dispose();
        }

        private void Listen(IEstimator<ITransformer> listener, CancellationTokenSource source, IChannel channel)
        {
            try
            {
                listener.Fit(_view);
            }
            catch (OperationCanceledException)
            {
                source.Cancel();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                channel.Warning(MessageSensitivity.None,
                    $"A cancellation of the MLContext will not be noticed: {e.Message}");
            }
            _over.Cancel();
        }
    }
}
