using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Tool.Workers;

/// <summary>
/// The same command line run by <c>mlnet-multitask-hangfire</c>, which is this command with a job server: whoever does
/// not need one does not install it.
/// </summary>
internal static partial class HandOver
{
    public const string Program = "mlnet-multitask-hangfire";

    private const int Terminate = 15;

    /// <returns>Its exit code.</returns>
    /// <exception cref="InputException">It is not installed.</exception>
    public static int Run(string option, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        string path = Find() ?? throw new InputException(
            $"{option} needs the program {Program}, which is not installed: " +
            "dotnet tool install --global MLNet.MultiTask.Hangfire.Tool");
        using Process process = Process.Start(new ProcessStartInfo(path, arguments) { UseShellExecute = false })
            ?? throw new InputException($"'{path}' did not start.");
        // Ctrl-C reaches both; what is sent to this process alone is passed on.
        using CancellationTokenRegistration stop = cancellationToken.Register(() =>
        {
            if (OperatingSystem.IsWindows())
                process.Kill();
            else
                _ = Kill(process.Id, Terminate);
        });
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Beside this program, or on the path; null where it is neither.</summary>
    private static string? Find()
    {
        string name = OperatingSystem.IsWindows() ? Program + ".exe" : Program;
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.Prepend(AppContext.BaseDirectory).Where(f => f.Length > 0).Select(f => Path.Combine(f, name))
            .FirstOrDefault(File.Exists);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
