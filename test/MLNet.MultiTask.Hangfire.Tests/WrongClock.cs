using System.Diagnostics;

namespace MLNet.MultiTask.Tests;

/// <summary>
/// A process whose clock is off, for all code in it, the job server's and the database driver's too: a library that
/// comes before the system's answers what time it is. Waiting is by the monotonic clock, which stays as it is.
/// </summary>
/// <param name="Seconds">Ahead of the machine's clock.</param>
/// <param name="Zone">The time zone of the process.</param>
internal sealed record WrongClock(int Seconds, string Zone)
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <time.h>
        #include <unistd.h>

        int clock_gettime(clockid_t clock, struct timespec *time)
        {
            int result = (int)syscall(SYS_clock_gettime, clock, time);
            const char *ahead = getenv("CLOCK_AHEAD");
            if (result == 0 && ahead && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
                time->tv_sec += atol(ahead);
            return result;
        }
        """;

    private static readonly Lazy<string?> s_library = new(Compile);

    /// <summary>Why no clock can be wrong here; null where one can.</summary>
    public static string? Missing => s_library.Value is null ? "A C compiler (cc) for 64-bit Linux is missing" : null;

    public void AddTo(ProcessStartInfo start)
    {
        start.Environment["LD_PRELOAD"] = s_library.Value;
        start.Environment["CLOCK_AHEAD"] = $"{Seconds}";
        start.Environment["TZ"] = Zone;
    }

    private static string? Compile()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess || !File.Exists("/usr/bin/cc"))
            return null;
        string folder = Directory.CreateTempSubdirectory("mt-clock-").FullName;
        string source = Path.Combine(folder, "clock.c"), library = Path.Combine(folder, "clock.so");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        File.WriteAllText(source, Source);
        using Process compiler = Process.Start("/usr/bin/cc", ["-shared", "-fPIC", "-o", library, source]);
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? library : null;
    }
}
