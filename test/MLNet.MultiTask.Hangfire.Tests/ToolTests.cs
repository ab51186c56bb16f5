using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Tests;

/// <summary>The command <c>mlnet-multitask-hangfire</c> as a process: what the main command hands over to.</summary>
[TestClass]
public sealed partial class ToolTests
{
    private const int Terminate = 15;

    // bin/CONFIGURATION/FRAMEWORK, as this project's.
    private static string Program => Path.Combine([Repository.Root!, "src", "MLNet.MultiTask.Hangfire.Tool", "bin",
        .. AppContext.BaseDirectory.TrimEnd('/').Split('/')[^2..], "mlnet-multitask-hangfire.dll"]);

    [TestMethod]
    public void SweepAndWorker_ByTheCommand_FindTheModelOfOneProcess()
    {
        string url = Server.NewDatabase(), folder = Directory.CreateTempSubdirectory("mt-tool-").FullName;
        string data = Path.Combine(folder, "d.csv");
        File.WriteAllLines(data, Lines());
        string[] sweep = ["sweep", "--data", data, "--label-pattern", "y_*", "--kind", "binary", "--hidden", "4",
            "--epochs",
            "3", "--trials", "3", "--folds", "2", "--method", "none", "--outstanding", "2"];
        try
        {
            using Process worker = Start("worker", "--storage", url, "--slots", "2");
            using Process remote = Start([.. sweep, "--out", Path.Combine(folder, "remote"), "--workers", url]);
            (int code, string said, string error) = End(remote);
            Assert.AreEqual(0, code, error);
            StringAssert.Contains(said, "stopped: MaxTrials after 3 trials");
            using Process local = Start([.. sweep, "--out", Path.Combine(folder, "local")]);
            Assert.AreEqual(0, End(local).Code);
            CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(folder, "local", "model.mtsk")),
                File.ReadAllBytes(Path.Combine(folder, "remote", "model.mtsk")));

            Assert.AreEqual(0, Kill(worker.Id, Terminate));
            (code, said, error) = End(worker);
            Assert.AreEqual(0, code, error);
            StringAssert.Matches(said, Trained());
            Assert.DoesNotContain("s3cret", said + error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Worker_NoDatabase_IsOneLineWithoutThePassword()
    {
        using Process worker = Start("worker", "--storage", "postgres://u:hush@127.0.0.1:1/none");
        (int code, _, string error) = End(worker);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "The database 127.0.0.1:1/none as u cannot be reached: ");
        Assert.DoesNotContain("hush", error);
        Assert.HasCount(1, error.Trim().Split('\n'));
    }

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet",
        [Program, .. arguments])
    {
        RedirectStandardOutput = true, RedirectStandardError = true,
    })!;

    private static (int Code, string Output, string Error) End(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    private static IEnumerable<string> Lines()
    {
        var random = new Random(4);
        yield return "a,b,y_one,y_two,y_three";
        for (int row = 0; row < 80; row++)
        {
            double a = random.NextDouble(), b = random.NextDouble();
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{a:F4},{b:F4},{(a > 0.5 ? 1 : 0)},{(b > 0.4 ? 1 : 0)},{(a + b > 1 ? 1 : 0)}");
        }
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"^trained: [1-9]\d* groups\s*$",
        System.Text.RegularExpressions.RegexOptions.Multiline)]
    private static partial System.Text.RegularExpressions.Regex Trained();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
