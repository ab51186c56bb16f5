using System.Globalization;
using System.Text.RegularExpressions;
using MLNet.MultiTask.Samples.TextTasks;

namespace MLNet.MultiTask.Torch.Tests;

/// <summary>Sample 07, run as its user does.</summary>
[TestClass]
[DoNotParallelize]
public sealed partial class TextTasksTests : TorchTests
{
    [TestMethod]
    [TestCategory("Slow")]
    public void Main_Run_GroupsLearnsAndComesBackFromItsFile()
    {
        string folder = Directory.CreateTempSubdirectory("sentences").FullName;
        TextWriter before = Console.Out;
        var output = new StringWriter();
        try
        {
            Console.SetOut(output);
            typeof(Sentence).Assembly.EntryPoint!.Invoke(null, [new[] { folder }]);
        }
        finally
        {
            Console.SetOut(before);
            Directory.Delete(folder, recursive: true);
        }
        string text = output.ToString();
        string[] tasks = ["AboutFood", "AboutService", "AboutPrice", "Praise", "Complaint", "ComesAgain"];
        string[] groups = Groups().Match(text).Groups[1].Value.Split(" | ");
        Assert.HasCount(2, groups, text);
        CollectionAssert.AreEquivalent(tasks, groups.SelectMany(g => g.Trim().Split(", ")).ToArray());
        Match[] areas = Areas().Matches(text).ToArray();
        CollectionAssert.AreEqual(tasks, areas.Select(a => a.Groups[1].Value).ToArray());
        foreach (Match area in areas)
            Assert.IsGreaterThan(0.85, double.Parse(area.Groups[2].Value, CultureInfo.CurrentCulture), area.Value);
        StringAssert.Contains(text, "Loaded again: the same scores");
    }

    [GeneratedRegex("^Groups: (.*)$", RegexOptions.Multiline)]
    private static partial Regex Groups();

    [GeneratedRegex(@"^(\w+) +AUC (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Areas();
}
