using System.Xml.Linq;
using MLNet.MultiTask.Reports;
using MLNet.MultiTask.Tests.Search;
using MLNet.MultiTask.Tests.Training;

namespace MLNet.MultiTask.Tests.Reports;

[TestClass]
public sealed class SweepReportTests
{
    [TestMethod]
    public void ToHtml_Sweep_IsOneWellFormedPageWithoutScripts()
    {
        TaskTable table = Problems.Mixed(120, 4, 0.1, 2, new TaskInfo("a<b", TaskKind.Binary),
            new TaskInfo("b&c", TaskKind.Regression), new TaskInfo("c", TaskKind.Binary));
        SweepResult result = GroupingSweep.Run(table, GroupingSweepTests.Options(
            new CountedLearner(new TrainingOptions { Hidden = [4], MaxEpochs = 3 })) with { StopLosers = false });
        string html = SweepReport.ToHtml(result, [.. table.Tasks.Select(t => t.Name)], "var x = Load<Y>();");
        XElement page = XDocument.Parse(html.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)
            .Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal)
            .Replace("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", "",
                StringComparison.Ordinal)).Root!;
        Assert.IsEmpty(page.Descendants("script"));
        Assert.IsFalse(html.Contains("src=", StringComparison.Ordinal) || html.Contains("href=", StringComparison.Ordinal));
        XNamespace svg = "http://www.w3.org/2000/svg";
        Assert.HasCount(result.Trials.Count, page.Descendants(svg + "circle"));
        Assert.HasCount(3, page.Descendants(svg + "rect"));
        Assert.HasCount(result.Pareto.Count + 1, page.Descendants("table").Last().Elements("tr"));
        StringAssert.Contains(page.Value, "a<b");
        StringAssert.Contains(page.Value, "var x = Load<Y>();");
    }

    [TestMethod]
    public void ToHtml_WrongNames_IsRefused()
    {
        TaskTable table = Problems.Mixed(80);
        SweepResult result = GroupingSweep.Run(table, GroupingSweepTests.Options(
            new CountedLearner(new TrainingOptions { Hidden = [4], MaxEpochs = 2 })) with { MaxTrials = 1 });
        var e = Assert.ThrowsExactly<ArgumentException>(() => SweepReport.ToHtml(result, ["a"]));
        StringAssert.Contains(e.Message, "1 names given for 3 tasks");
    }
}
