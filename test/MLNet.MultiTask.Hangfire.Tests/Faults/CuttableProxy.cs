using System.Net;
using System.Net.Sockets;

namespace MLNet.MultiTask.Tests.Faults;

/// <summary>A network between two ends that can be cut: nothing goes through, and nobody is told.</summary>
internal sealed class CuttableProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _sockets = [];
    private readonly int _target;
    private volatile TaskCompletionSource _open = Opened();

    public CuttableProxy(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Bytes that came through.</summary>
    public long Bytes { get; private set; }

    /// <summary>What is sent from now on waits, as in a cable that was pulled.</summary>
    public void Cut() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What waited arrives late.</summary>
    public void Heal() => _open.TrySetResult();

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        Heal();
        lock (_sockets)
            foreach (Socket socket in _sockets)
                socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket near = await _listener.AcceptSocketAsync(_stop.Token),
                    far = new(SocketType.Stream, ProtocolType.Tcp);
                lock (_sockets)
                    _sockets.AddRange(near, far);
                await far.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                _ = PassAsync(near, far);
                _ = PassAsync(far, near);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[1 << 16];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
            {
                await _open.Task;
                for (int sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                Bytes += read;
            }
            await _open.Task;
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.SetResult();
        return source;
    }
}
