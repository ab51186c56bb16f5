using System.Diagnostics;

namespace MLNet.MultiTask.Tests.Processes;

/// <summary>Runs <see cref="ChildProgram"/> with environment variables that the runtime reads when it starts.</summary>
internal static class ChildProcess
{
    /// <summary>The lines that the child printed; fails the test if it ended badly.</summary>
    public static string[] Run(string[] work, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(ChildProgram).Assembly.Location);
        foreach (string argument in work)
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.AreEqual(0, child.ExitCode, errors.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
