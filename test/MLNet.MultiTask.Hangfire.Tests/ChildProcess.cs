using System.Diagnostics;

namespace MLNet.MultiTask.Tests;

/// <summary>A worker or coordinator in a process of its own.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    private ChildProcess(string[] arguments, WrongClock? clock = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)
            ? Environment.ProcessPath : "dotnet", [typeof(ChildProcess).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
        };
        clock?.AddTo(start);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                _lines.Add(line.Data);
        };
        _process.BeginOutputReadLine();
    }

    public static ChildProcess Worker(string url, int slots) => new(["worker", url, $"{slots}"]);

    /// <summary>A worker with a lease of so many seconds, whose clock is off.</summary>
    public static ChildProcess Worker(string url, int slots, int lease, WrongClock clock) =>
        new(["worker", url, $"{slots}", $"{lease}"], clock);

    /// <summary>Writes what it takes for the time.</summary>
    public static ChildProcess Clock(WrongClock clock) => new(["clock"], clock);

    public static ChildProcess Poisoned(string url) => new(["poison", url]);

    public static ChildProcess Sweep(string url, int trials, int outstanding, string delay, string history) =>
        new(["sweep", url, $"{trials}", $"{outstanding}", delay, history]);

    public string Name => $"{Environment.MachineName}-{_process.Id}";

    public bool HasExited => _process.HasExited;

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>What it wrote, once it has ended by itself.</summary>
    public string[] Lines()
    {
        _process.WaitForExit();
        return [.. _lines];
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }
}
