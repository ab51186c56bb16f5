using System.Text.Json;

namespace MLNet.MultiTask.Benchmarks.Tests.Verbs;

[TestClass]
public sealed class TreeBenchTests
{
    [TestMethod]
    public async Task Tree_Bed_PrintsEveryArmAndWidensToTheGroupsParameters()
    {
        using var folder = new TemporaryFolder();
        (await BenchmarkRun.Of("bench", "tree", "--bed", "mtb", "--seeds", "1", "--steps", "60", "--hidden", "10,6",
            "--json", folder["lines"])).AssertOk();
        JsonElement[] lines = Lines(folder["lines"], "tree");
        CollectionAssert.AreEqual(new[] { "groups", "all", "planted above layer 1", "planted above layer 1, as large",
            "found", "found, as large", "its groups" }, lines.Select(l => l.GetProperty("arm").GetString()).ToArray());
        int[] parameters = [.. lines.Select(l => l.GetProperty("parameters").GetInt32())];
        Assert.AreEqual(3 * (33 * 10 + 11 * 6) + 12 * 7, parameters[0]);
        Assert.AreEqual(33 * 10 + 11 * 6 + 12 * 7, parameters[1]);
        Assert.IsLessThan(parameters[0], parameters[2]);
        Assert.IsTrue(parameters[3] > parameters[2] && parameters[3] <= parameters[0], "as many as fit");
        Assert.AreEqual(lines[3].GetProperty("shared").GetString(), lines[2].GetProperty("shared").GetString());
    }

    private static JsonElement[] Lines(string file, string bench) =>
        [.. File.ReadLines(file).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(l => l.GetProperty("bench").GetString() == bench)];
}
