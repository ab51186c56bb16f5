using System.Globalization;

namespace MLNet.MultiTask.Tests;

/// <summary>Whether a time that is measured here means anything.</summary>
internal static class Load
{
    /// <summary>Fewer than half of the cores were busy in the last minute.</summary>
    public static bool IsQuiet => Average < 0.5 * Environment.ProcessorCount;

    public static string Text => FormattableString.Invariant(
        $"load average {Average:F1} on {Environment.ProcessorCount} cores");

    // Where it is not known, the machine counts as busy.
    private static double Average => !File.Exists("/proc/loadavg") ? double.PositiveInfinity
        : double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
}
