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
    public void ToHtml_GroupsThatDiffer_HaveLearnerAndSettingsEach()
    {
        SweepResult result = GroupingSweep.Run(ConstantLearner.Table(150, [1, 1, -1, -1]), new SweepOptions
        {
            Learners = [new(new ConstantLearner("up", 1)), new("down",
                s => new ConstantLearner("down", s["learning-rate"] == "0.1" ? -1 : 3),
                new SweepSetting("learning-rate", ["0.1", "<2>"]))],
            Folds = 3, MaxTrials = 20, SettingsPerGroup = true,
        });
        Assert.AreEqual("0,1|2,3 up | down learning-rate=0.1", result.Best.Point.ToString());
        string[] names = ["a", "b", "c", "d"];
        string html = SweepReport.ToHtml(result, names);
        StringAssert.Contains(html, $"<p>Trial {result.Best.Number}: learner and settings of each model's own</p>");
        StringAssert.Contains(html, Model(1, "a", "b", "up"));
        StringAssert.Contains(html, Model(2, "c", "d", "down, learning rate 0.1"));
        // Every trial's mark says what its groups were.
        StringAssert.Contains(html, $"Trial {result.Best.Number}: 0,1|2,3 up | down learning-rate=0.1, Completed");
        StringAssert.Contains(html, "learning-rate=&lt;2&gt;");
        string shared = SweepReport.ToHtml(result with { Best = result.Trials[0] }, names);
        StringAssert.Contains(shared, "<p>Trial 1: up</p>");
        Assert.IsFalse(shared.Contains("<span class=\"soft\">", StringComparison.Ordinal));

        static string Model(int number, string first, string second, string settings) => $"<li><span>Model {number}" +
            $"</span><span class=\"chip\">{first}</span><span class=\"chip\">{second}</span>" +
            $"<span class=\"soft\">{settings}</span></li>";
    }

    [TestMethod]
    public void ToHtml_TaskSetAside_IsNoModel()
    {
        TaskTable three = ConstantLearner.Table(60, [1, 1, -1]);
        float[] labels = [.. three.Labels];
        for (int row = 0; row < three.RowCount; row++)
            labels[3 * row + 1] = 5;
        var table = new TaskTable(new float[60], 1, three.Tasks, labels);
        SweepResult result = GroupingSweep.Run(table, new SweepOptions
        {
            Learners = [new(new ConstantLearner("up", 1))], Folds = 2, MaxTrials = 2, Confirm = false,
        });
        CollectionAssert.AreEqual(new[] { 1 }, result.SetAside.ToArray());
        // Two folds of a trial with two models and one with one model.
        Assert.AreEqual(2 * (2 + 1), result.GroupsAsked);
        string html = SweepReport.ToHtml(result with { Best = result.Trials[0] }, ["a", "b", "c"]);
        StringAssert.Contains(html, "<b>2</b><span>models chosen</span>");
        StringAssert.Contains(html, "<li><span>Set aside</span><span class=\"chip\">b</span></li>");
        StringAssert.Contains(html, "<li><span>Model 2</span><span class=\"chip\">c</span></li>");
        StringAssert.Contains(html, "<th>every task alone</th><td class=\"n\">2</td>");
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
