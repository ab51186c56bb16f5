using System.Diagnostics;

namespace MLNet.MultiTask.Tests.Processes;

[TestClass]
public sealed class InterruptedSweepTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(6)]
    public void Run_ProcessKilled_LosesNoTrialAndGoesOnToTheSameBits(int trials)
    {
        string folder = Directory.CreateTempSubdirectory("killed-").FullName,
            history = Path.Combine(folder, "history.jsonl");
        try
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
            foreach (string argument in new[] { typeof(ChildProgram).Assembly.Location, "sweep", history })
                start.ArgumentList.Add(argument);
            using (Process child = Process.Start(start)!)
            {
                for (int i = 0; i < trials; i++)
                    Assert.AreEqual("trial", child.StandardOutput.ReadLine());
                child.Kill();
                child.WaitForExit();
            }
            int kept = File.ReadAllLines(history).Count(l => l.StartsWith("{\"trial\":", StringComparison.Ordinal)
                && l.EndsWith('}'));
            Assert.IsGreaterThanOrEqualTo(trials, kept);
            string before = File.ReadAllText(history);
            before = before[..(before.LastIndexOf('\n') + 1)];
            SweepResult resumed = InterruptedSweep.Run(history, _ => { }),
                expected = InterruptedSweep.Run(null, _ => { });
            Assert.IsTrue(File.ReadAllText(history).StartsWith(before, StringComparison.Ordinal),
                "a line was written anew");
            Assert.AreEqual(expected.Best.Number, resumed.Best.Number);
            CollectionAssert.AreEqual(Lines(expected), Lines(resumed));
            for (int g = 0; g < expected.Model.Models.Count; g++)
                CollectionAssert.AreEqual(expected.Model.Models[g].Network().Parameters,
                    resumed.Model.Models[g].Network().Parameters);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string[] Lines(SweepResult result) => [.. result.Trials.Select(t =>
        $"{t.Point} {t.Status} {string.Join(' ', t.Losses.Concat(t.Confirmations).SelectMany(l => l)
            .Select(BitConverter.DoubleToInt64Bits))}")];
}
