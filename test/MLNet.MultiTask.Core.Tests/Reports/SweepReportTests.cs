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
        Assert.IsFalse(html.Contains("src=", StringComparison.Ordinal)
            || html.Contains("href=", StringComparison.Ordinal));
        XNamespace svg = "http://www.w3.org/2000/svg";
        Assert.HasCount(result.Trials.Count, page.Descendants(svg + "circle"));
        int arms = result.Table.Count(a => a.Name is "single" or "all" && a.Trial != result.Best);
        Assert.HasCount(3 * arms, page.Descendants(svg + "rect"));
        Assert.HasCount(result.Pareto.Count, page.Descendants("table").Last().Elements("tr"));
        StringAssert.Contains(page.Value, "a<b");
        StringAssert.Contains(page.Value, "var x = Load<Y>();");
    }

    [TestMethod]
    public void ToHtml_Helpers_AreInParentheses()
    {
        TaskTable table = Problems.Mixed(120, 4, 0.1, 2, new TaskInfo("a<b", TaskKind.Binary),
            new TaskInfo("b&c", TaskKind.Regression), new TaskInfo("c", TaskKind.Binary));
        SweepOptions options = GroupingSweepTests.Options(
            new CountedLearner(new TrainingOptions { Hidden = [4], MaxEpochs = 3 }))
            with { MaxTrials = 2 };
        SweepResult result = GroupingSweep.Run(table, options);
        string[] names = [.. table.Tasks.Select(t => t.Name)];
        const string Said = "In parentheses: helps to train the model";
        Assert.IsFalse(SweepReport.ToHtml(result, names).Contains(Said, StringComparison.Ordinal));
        string html = SweepReport.ToHtml(result with
        {
            Best = result.Trials[0] with { Point = new SweepPoint(TaskGrouping.Parse("0|(0),1|2"), "network") },
        }, names);
        StringAssert.Contains(html,
            "<span>Model 2</span><span class=\"chip helper\">(a&lt;b)</span><span class=\"chip\">b&amp;c</span></li>");
        StringAssert.Contains(html, Said);
    }

    [TestMethod]
    [DataRow(0.123, 0.187, new[] { "0.12", "0.14", "0.16", "0.18", "0.20" })]
    [DataRow(0.0, 1.0, new[] { "0.0", "0.2", "0.4", "0.6", "0.8", "1.0" })]
    [DataRow(-3.0, 17.0, new[] { "-5", "0", "5", "10", "15", "20" })]
    public void Axis_Ticks_AreRoundAndHoldTheValues(double low, double high, string[] labels)
    {
        var axis = new ChartAxis(low, high, 100, 0);
        CollectionAssert.AreEqual(labels, axis.Ticks.Select(axis.Label).ToArray());
        Assert.AreEqual(100, axis.At(axis.Ticks[0]), 1e-9);
        Assert.AreEqual(0, axis.At(axis.Ticks[^1]), 1e-9);
        Assert.IsTrue(axis.At(low) is <= 100 and > 0 && axis.At(high) is >= 0 and < 100);
    }

    [TestMethod]
    public void Axis_OneValue_SpansALittle() => Assert.IsGreaterThan(1, new ChartAxis(0.5, 0.5, 0, 10).Ticks.Count);

    [TestMethod]
    public void Gains_TwoTrials_AreMeansAndErrorsOverFolds()
    {
        SweepTrial choice = Trial([[0.5, 0.4], [0.6, 0.4]]), other = Trial([[0.7, 0.4], [0.6, 0.2]]);
        (double Gain, double Error)[] gains = SweepCharts.Gains(other, choice);
        Assert.AreEqual(0.1, gains[0].Gain, 1e-12);
        // Gains of 0.2 and 0: a deviation of √0.02, times √(1/2 + 1/4) for two folds of five parts.
        Assert.AreEqual(Math.Sqrt(0.02 * 0.75), gains[0].Error, 1e-12);
        Assert.AreEqual(-0.1, gains[1].Gain, 1e-12);

        static SweepTrial Trial(double[][] losses) => new()
        {
            Number = 1, Point = new SweepPoint(TaskGrouping.All(2), "x"), Status = SweepTrialStatus.Completed,
                Losses = losses,
        };
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
