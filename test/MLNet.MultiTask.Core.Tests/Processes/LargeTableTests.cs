using System.Globalization;

namespace MLNet.MultiTask.Tests.Processes;

[TestClass]
public sealed class LargeTableTests
{
    [TestMethod]
    public void Train_HalfAMillionRows_KeepsNoSecondCopy() => AssertPeak(500_000);

    [TestMethod]
    [TestCategory("Slow")]
    public void Train_TenMillionRows_KeepsNoSecondCopy() => AssertPeak(10_000_000);

    private static void AssertPeak(int rows)
    {
        string[] words = ChildProcess.Run(["stream", $"{rows}"])[0].Split(' ');
        long peak = long.Parse(words[0], CultureInfo.InvariantCulture);
        double table = (double)rows * (LargeTable.Features + LargeTable.Tasks) * sizeof(float);
        Console.WriteLine($"Peak {peak / 1e6:f0} MB, table {table / 1e6:f0} MB, validation loss {words[1]}");
        Assert.IsLessThanOrEqualTo(1.25 * table + 200e6, peak);
        Assert.IsLessThan(0.3, double.Parse(words[1], CultureInfo.InvariantCulture));
    }
}
